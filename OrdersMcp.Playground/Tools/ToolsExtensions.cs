namespace OrdersMcp.Playground.Tools;

internal static class ToolsExtensions
{
    public static void AddToolServers(this IServiceCollection services)
    {
        services.AddSingleton<ToolServers>();
        services.AddHttpClient(ToolServers.HttpClient)
            // The limits of the conversation end a call. A second attempt could make a change twice.
            .RemoveAllResilienceHandlers()
            .UseSocketsHttpHandler((handler, _) =>
            {
                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2); // follows changes of the service's address
                handler.ConnectTimeout = TimeSpan.FromSeconds(5);
                handler.AllowAutoRedirect = false; // it would carry the key elsewhere
                handler.UseCookies = false;
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
    }
}
