namespace OrdersMcp.Playground.Models;

internal static class ModelsExtensions
{
    /// <summary>The name of the HTTP client of the models.</summary>
    public const string HttpClient = "models";

    public static void AddModels(this IServiceCollection services)
    {
        services.AddSingleton<ModelCatalog>();
        services.AddHttpClient(HttpClient, client => client.Timeout = Timeout.InfiniteTimeSpan)
            // The providers' own clients repeat requests, and know which of their errors may pass.
            .RemoveAllResilienceHandlers()
            .UseSocketsHttpHandler((handler, _) =>
            {
                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2);
                handler.ConnectTimeout = TimeSpan.FromSeconds(10);
                handler.AllowAutoRedirect = false; // it would carry the key elsewhere
                handler.UseCookies = false;
                handler.ResponseDrainTimeout = TimeSpan.Zero; // a stopped answer ends at once, and costs no more tokens
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
    }
}
