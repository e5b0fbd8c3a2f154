using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Http.Resilience;
using OrdersMcp.McpServer.Configuration;
using OrdersMcp.McpServer.OpenApi;

namespace OrdersMcp.McpServer.Operations.Requests;

/// <summary>
/// The HTTP clients to the APIs: one each for as long as the process lives, its connections kept and renewed.
/// </summary>
internal sealed partial class ApiClients(
    IHttpClientFactory factory, IHttpContextAccessor context, ApiObserver observer, ILogger<ApiClients> logger)
{
    private const string Name = "api";

    /// <summary>The servers whose calls go without credentials, and of which a line was logged.</summary>
    private readonly ConcurrentDictionary<(string Api, string Server), bool> _told = new();

    /// <summary>Reads documents.</summary>
    public HttpClient Documents { get; } = factory.CreateClient(Name);

    public static void Register(IServiceCollection services) => services
        .AddSingleton<ApiObserver>()
        .PostConfigureAll<HttpStandardResilienceOptions>(CallTimeouts.Configure)
        .AddHttpContextAccessor()
        .AddHttpClient(Name, client => client.Timeout = Timeout.InfiniteTimeSpan) // the resilience pipeline has the timeouts
        .UseSocketsHttpHandler((handler, _) =>
        {
            handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2); // follow changes of name resolution
            handler.ConnectTimeout = TimeSpan.FromSeconds(5); // tells an API that is away from one that is slow
            handler.AllowAutoRedirect = false;
            handler.AutomaticDecompression = DecompressionMethods.All;
            handler.UseCookies = false;
            handler.ConnectCallback = SsrfGuard.ConnectAsync;
        })
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan);

    /// <summary>
    /// The client for an API's operations, at the server that the document declares for all or for one of them.
    /// </summary>
    /// <exception cref="ApiDocumentException">Nothing says where the API is.</exception>
    public ApiEndpoint For(ApiOptions api, string? serverUrl)
    {
        var baseAddress = BaseAddressOf(api, serverUrl);
        var isNamed = SsrfGuard.IsNamed(api, baseAddress);
        if (!isNamed)
        {
            SsrfGuard.Check(baseAddress);
        }

        if (api.HasCredentials && !CredentialOrigins.Has(api, baseAddress))
        {
            if (_told.TryAdd((api.Name, baseAddress), true))
            {
                LogWithoutCredentials(api.Name, CredentialOrigins.OriginOf(baseAddress));
            }

            api = api.WithoutCredentials();
        }

        return new ApiEndpoint(api, baseAddress, Documents, context, isNamed, observer);
    }

    internal static string BaseAddressOf(ApiOptions api, string? serverUrl)
    {
        var document = DocumentAddress.IsAddress(api.Document) ? new Uri(api.Document) : null;
        var root = api.BaseAddress is { } configured ? new Uri(configured)
            : serverUrl is not null && DocumentAddress.IsAddress(serverUrl) ? new Uri(serverUrl)
            : document is null ? throw new ApiDocumentException("BaseAddress is not set, and the document, a file, does not say where the API is.")
            : serverUrl is not null && Uri.TryCreate(document, serverUrl, out var relative) ? relative
            : new Uri(document.GetLeftPart(UriPartial.Authority));

        // Without a user and password: what is called is traced, and the API's credentials are settings of their own.
        return root.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The document of the {Api} API names the server {Server}, whose operations are called without the API's credentials. If it is meant to get them, name it in CredentialOrigins.")]
    private partial void LogWithoutCredentials(string api, string server);
}
