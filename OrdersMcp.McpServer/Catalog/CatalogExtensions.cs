using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Tools;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>Puts the catalog into the application and before clients.</summary>
internal static class CatalogExtensions
{
    public static void AddToolCatalog(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<McpOptions>, McpOptionsValidator>();
        builder.Services.AddOptions<McpOptions>().BindConfiguration(McpOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<ToolCatalog>();
        builder.Services.AddSingleton<ToolCaller>();
        builder.Services.AddSingleton<ApiClients>();
        builder.Services.AddHostedService<CatalogRefresher>();
        builder.Services.AddHealthChecks().AddCheck<CatalogHealthCheck>("catalog");
        ApiClients.Register(builder.Services);
    }

    public static IMcpServerBuilder WithCatalogTools(this IMcpServerBuilder builder) => builder
        .WithListToolsHandler(async (request, cancellationToken) =>
        {
            var snapshot = await request.Services!.GetRequiredService<ToolCatalog>().GetAsync(cancellationToken);
            return new ListToolsResult { Tools = [.. snapshot.Definitions] };
        })
        .WithCallToolHandler((request, cancellationToken) =>
            request.Services!.GetRequiredService<ToolCaller>().CallAsync(request.Params, cancellationToken));
}
