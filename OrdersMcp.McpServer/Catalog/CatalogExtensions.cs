using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.McpServer.Security;
using OrdersMcp.McpServer.Tools;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>Puts the catalog into the application and before clients.</summary>
internal static class CatalogExtensions
{
    public static void AddToolCatalog(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<McpOptions>, McpOptionsValidator>();
        builder.Services.AddOptions<McpOptions>().BindConfiguration(McpOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<ToolCatalog>();
        builder.Services.AddToolAccess();
        builder.Services.AddSingleton<ToolCaller>();
        builder.Services.AddSingleton<ToolLister>();
        builder.Services.AddSingleton<CatalogSubscriptions>();
        builder.Services.AddOptions<McpServerOptions>().Configure<CatalogSubscriptions>((options, subscriptions) =>
        {
            options.Handlers.SubscriptionsListenHandler = subscriptions.ListenAsync;
            options.Capabilities ??= new ServerCapabilities();
            options.Capabilities.Tools ??= new ToolsCapability();
            options.Capabilities.Tools.ListChanged = true;
        });
        builder.Services.AddSingleton<ApiClients>();
        builder.Services.AddOptions<HttpServerTransportOptions>()
            .Configure<ToolCatalog>((options, catalog) => options.FindTool = catalog.Find);
        builder.Services.AddSingleton<CatalogRefresher>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CatalogRefresher>());
        builder.Services.AddHealthChecks().AddCheck<CatalogHealthCheck>("catalog");
        ApiClients.Register(builder.Services);
    }

    public static IMcpServerBuilder WithCatalogTools(this IMcpServerBuilder builder) => builder
        .WithListToolsHandler((request, cancellationToken) =>
            request.Services!.GetRequiredService<ToolLister>().ListAsync(request.User, request.Params?.Cursor, cancellationToken))
        .WithCallToolHandler((request, cancellationToken) =>
            request.Services!.GetRequiredService<ToolCaller>().CallAsync(request, cancellationToken));
}
