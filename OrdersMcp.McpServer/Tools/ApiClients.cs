using OrdersMcp.McpServer.Catalog;

namespace OrdersMcp.McpServer.Tools;

/// <summary>The HTTP clients to the APIs: one each for as long as the process lives, its connections kept and renewed.</summary>
internal sealed class ApiClients(IHttpClientFactory factory)
{
    private const string Name = "api";

    /// <summary>Reads documents.</summary>
    public HttpClient Documents { get; } = factory.CreateClient(Name);

    public static void Register(IServiceCollection services) => services
        .AddHttpClient(Name, client => client.Timeout = Timeout.InfiniteTimeSpan) // the resilience pipeline has the timeouts
        .UseSocketsHttpHandler((handler, _) =>
        {
            handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2); // follow changes of name resolution
            handler.AllowAutoRedirect = false;
            handler.UseCookies = false;
        })
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan);

    /// <summary>The client for an API's operations.</summary>
    public ApiEndpoint For(ApiOptions api, string? serverUrl)
    {
        var document = new Uri(api.Document);
        var root = api.BaseAddress is { } configured ? new Uri(configured)
            : serverUrl is not null ? new Uri(document, serverUrl)
            : new Uri(document.GetLeftPart(UriPartial.Authority));
        return new ApiEndpoint(api.Name, root.ToString().TrimEnd('/'), Documents);
    }
}

/// <summary>Where an API is called; <paramref name="BaseAddress"/> ends without a slash.</summary>
internal sealed record ApiEndpoint(string Name, string BaseAddress, HttpClient Client);
