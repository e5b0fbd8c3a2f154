using Microsoft.Extensions.Options;
using ModelContextProtocol;
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
        builder.Services.AddSingleton<ApiClients>();
        builder.Services.AddHostedService<CatalogRefresher>();
        builder.Services.AddHealthChecks().AddCheck<CatalogHealthCheck>("catalog");
        ApiClients.Register(builder.Services);
    }

    public static IMcpServerBuilder WithCatalogTools(this IMcpServerBuilder builder) => builder
        .WithListToolsHandler(async (request, cancellationToken) =>
        {
            var snapshot = await Catalog(request.Services).GetAsync(cancellationToken);
            return new ListToolsResult { Tools = [.. snapshot.Definitions] };
        })
        .WithCallToolHandler(async (request, cancellationToken) =>
        {
            var snapshot = await Catalog(request.Services).GetAsync(cancellationToken);
            return snapshot.ToolsByName.TryGetValue(request.Params.Name, out var tool)
                ? await tool.CallAsync(request.Params.Arguments, cancellationToken)
                : throw new McpProtocolException(
                    $"There is no tool '{request.Params.Name}'. tools/list names those that there are.", McpErrorCode.InvalidParams);
        });

    private static ToolCatalog Catalog(IServiceProvider? services) => services!.GetRequiredService<ToolCatalog>();
}
