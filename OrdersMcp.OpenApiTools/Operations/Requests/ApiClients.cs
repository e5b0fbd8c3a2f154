using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Http.Resilience;
using OrdersMcp.OpenApiTools.App;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Operations.Requests;

/// <summary>The HTTP client for the APIs. It lives as long as the process, and keeps and renews its connections.</summary>
internal sealed class ApiClients(
    IHttpClientFactory factory, AppHandler app, ApiObserver observer, TimeProvider time, IIntroduction? introduction = null)
{
    private const string Name = "api";

    /// <summary>The address of this app for its own requests. It is never resolved.</summary>
    private const string AppAddress = "http://localhost";

    private readonly ConcurrentDictionary<string, OAuthTokens> _tokens = new(StringComparer.Ordinal);

    /// <summary>The client that reads documents.</summary>
    public HttpClient Documents { get; } = factory.CreateClient(Name);

    /// <summary>The client for this app itself.</summary>
    public HttpClient App { get; } = new(app, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    public static void Register(IServiceCollection services) => services
        .AddSingleton<ApiObserver>()
        .PostConfigureAll<HttpStandardResilienceOptions>(CallTimeouts.Configure)
        .PostConfigureAll<HttpStandardResilienceOptions>(SingleAttempt.Configure)
        .AddHttpClient(Name, client => client.Timeout = Timeout.InfiniteTimeSpan) // the resilience pipeline sets the timeouts
        .UseSocketsHttpHandler((handler, _) =>
        {
            handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2); // follows DNS changes
            handler.ConnectTimeout = TimeSpan.FromSeconds(5); // distinguishes an unreachable API from a slow API
            handler.AllowAutoRedirect = false;
            handler.AutomaticDecompression = DecompressionMethods.All;
            handler.UseCookies = false;
            handler.ConnectCallback = SsrfGuard.ConnectAsync;
        })
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan);

    /// <summary>
    /// The endpoint for an API's operations, at the server that the document declares for all operations or for one of them.
    /// </summary>
    /// <exception cref="ApiDocumentException">Neither the settings nor the document give the API's address.</exception>
    public ApiEndpoint For(ApiOptions api, string? serverUrl)
    {
        if (api.InProcess)
        {
            return new ApiEndpoint(api, AppAddress, App, isNamed: true, observer);
        }

        var baseAddress = BaseAddressOf(api, serverUrl);
        var isNamed = SsrfGuard.IsNamed(api, baseAddress);
        if (!isNamed)
        {
            SsrfGuard.Check(baseAddress);
        }

        if ((api.HasCredentials || api.ForwardHeaders.Count > 0) && !CredentialOrigins.Has(api, baseAddress))
        {
            observer.CalledWithoutCredentials(api.Name, CredentialOrigins.OriginOf(baseAddress));
            api = api.WithoutCredentials();
        }

        var tokens = api.OAuth is { } oauth ? _tokens.GetOrAdd(api.Name, _ => new OAuthTokens(oauth, Documents, time)) : null;
        return new ApiEndpoint(api, baseAddress, Documents, isNamed, observer, tokens, introduction) { ServerQuery = RootOf(api, serverUrl).Query.TrimStart('?') };
    }

    /// <summary>
    /// The address of a server, without a user and password: called addresses are traced, and the API's credentials have
    /// their own settings.
    /// </summary>
    internal static string BaseAddressOf(ApiOptions api, string? serverUrl) =>
        RootOf(api, serverUrl).GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');

    private static Uri RootOf(ApiOptions api, string? serverUrl)
    {
        var document = DocumentAddress.IsAddress(api.Document) ? new Uri(api.Document) : null;
        return serverUrl is not null && Uri.TryCreate(serverUrl, UriKind.Absolute, out var server) && api.Servers.TryGetValue(server.Host, out var named) ? new Uri(named)
            : api.BaseAddress is { } configured ? new Uri(configured)
            : serverUrl is not null && DocumentAddress.IsAddress(serverUrl) ? new Uri(serverUrl)
            : document is null ? throw new ApiDocumentException("BaseAddress is not set, and the document, a file, does not say where the API is.")
            : serverUrl is not null && Uri.TryCreate(document, serverUrl, out var relative) ? relative
            : new Uri(document.GetLeftPart(UriPartial.Authority));
    }
}
