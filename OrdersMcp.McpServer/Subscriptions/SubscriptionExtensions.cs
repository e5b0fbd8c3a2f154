using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace OrdersMcp.McpServer.Subscriptions;

/// <summary>Lets clients hear of changes.</summary>
internal static class SubscriptionExtensions
{
    public static void AddSubscriptions(this IServiceCollection services)
    {
        services.AddSingleton<SubscriptionHub>();
        services.AddSingleton<ChangeFeeds>();
        services.AddHostedService(provider => provider.GetRequiredService<ChangeFeeds>());
        services.AddSingleton<Watcher>();
        services.AddSingleton<ListenHandler>();
        services.AddOptions<McpServerOptions>().Configure<ListenHandler>((options, handler) =>
        {
            options.Handlers.SubscriptionsListenHandler = handler.ListenAsync;
            options.Capabilities ??= new ServerCapabilities();
            (options.Capabilities.Tools ??= new ToolsCapability()).ListChanged = true;
            (options.Capabilities.Prompts ??= new PromptsCapability()).ListChanged = true;
            options.Capabilities.Resources ??= new ResourcesCapability();
            options.Capabilities.Resources.ListChanged = true;
            options.Capabilities.Resources.Subscribe = true;
        });
    }

    /// <summary>Changes for clients of the handshake era whose connection lasts.</summary>
    public static IMcpServerBuilder WithSessionNotifications(this IMcpServerBuilder builder)
    {
        builder.Services.AddSingleton<SessionNotifications>();
        builder.Services.AddOptions<McpServerOptions>().Configure<SessionNotifications, IServiceProvider>((options, session, services) =>
        {
            options.Handlers.SubscribeToResourcesHandler = session.SubscribeAsync;
            options.Handlers.UnsubscribeFromResourcesHandler = session.UnsubscribeAsync;
            options.Handlers.NotificationHandlers =
            [
                new(NotificationMethods.InitializedNotification,
                    (_, _) => session.StartAsync(services.GetRequiredService<ModelContextProtocol.Server.McpServer>())),
            ];
        });
        return builder;
    }
}
