using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace OrdersMcp.OpenApiTools.Subscriptions;

/// <summary>Lets clients subscribe to changes.</summary>
internal static class SubscriptionExtensions
{
    public static IMcpServerBuilder AddSubscriptions(this IMcpServerBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<SubscriptionMetrics>();
        services.AddSingleton<SubscriptionHub>();
        services.AddSingleton<ChangeFeeds>();
        services.AddHostedService(provider => provider.GetRequiredService<ChangeFeeds>());
        services.AddSingleton<Watcher>();
        services.AddSingleton<ListenHandler>();
        services.AddSingleton<SessionSubscriptions>();
        services.AddOptions<McpServerOptions>().Configure<ListenHandler, SessionSubscriptions>((options, handler, sessions) =>
        {
            options.Handlers.SubscriptionsListenHandler = handler.ListenAsync;
            options.Handlers.SubscribeToResourcesHandler = sessions.SubscribeAsync;
            options.Handlers.UnsubscribeFromResourcesHandler = sessions.UnsubscribeAsync;
            options.Filters.Message.IncomingFilters.Add(sessions.Receive);
            options.Capabilities ??= new ServerCapabilities();
            (options.Capabilities.Tools ??= new ToolsCapability()).ListChanged = true;
            (options.Capabilities.Prompts ??= new PromptsCapability()).ListChanged = true;
            options.Capabilities.Resources ??= new ResourcesCapability();
            options.Capabilities.Resources.ListChanged = true;
            options.Capabilities.Resources.Subscribe = true;
        });
        return builder;
    }

    /// <summary>Sends changes to a client of the handshake era that started this process.</summary>
    public static void UseStdioNotifications(this IHost host) =>
        host.Services.GetRequiredService<SessionSubscriptions>()
            .BeginStdio(host.Services.GetRequiredService<ModelContextProtocol.Server.McpServer>);
}
