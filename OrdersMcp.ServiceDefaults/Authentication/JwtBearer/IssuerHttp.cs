using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace OrdersMcp.ServiceDefaults.Authentication.JwtBearer;

/// <summary>
/// Requests to the issuer: no redirects, TLS unless told otherwise, answers of a bounded size. It is a client of its own,
/// so that an issuer that fails opens nobody else's circuit breaker.
/// </summary>
internal sealed class IssuerHttp : IDisposable
{
    private const int MaxAnswer = 256 * 1024;
    private static readonly JsonDocumentOptions Bounded = new() { MaxDepth = 16 };

    private readonly HttpClient _client;
    private readonly bool _requiresHttps;

    public IssuerHttp(JwtBearerOptions options)
    {
        _requiresHttps = options.RequireHttpsMetadata;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        })
        {
            Timeout = options.BackchannelTimeout,
            MaxResponseContentBufferSize = MaxAnswer,
        };
    }

    /// <exception cref="IssuerUnavailableException">There is no answer, or none that is a JSON object.</exception>
    public Task<JsonElement> GetAsync(string address, CancellationToken cancellationToken) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Get, address), address, cancellationToken);

    /// <summary>Asks about a token (RFC 7662, section 2.1).</summary>
    /// <exception cref="IssuerUnavailableException">There is no answer, or none that is a JSON object.</exception>
    public Task<JsonElement> IntrospectAsync(IntrospectionOptions options, string token, CancellationToken cancellationToken) =>
        SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, options.Endpoint)
            {
                Content = new FormUrlEncodedContent([new("token", token), new("token_type_hint", "access_token")]),
                Headers = { Authorization = new AuthenticationHeaderValue("Basic", Basic(options)) },
            },
            options.Endpoint!,
            cancellationToken);

    public void Dispose() => _client.Dispose();

    private async Task<JsonElement> SendAsync(Func<HttpRequestMessage> create, string address, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || (uri.Scheme != "https" && (_requiresHttps || uri.Scheme != "http")))
        {
            throw new IssuerUnavailableException("The issuer names an address that is not https.");
        }

        try
        {
            using var request = create();
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            using var response = await _client.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new IssuerUnavailableException($"The issuer answered {(int)response.StatusCode}.");
            }

            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken), Bounded);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new IssuerUnavailableException("The issuer's answer is no JSON object.");
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new IssuerUnavailableException("The issuer does not answer as it should.", exception);
        }
    }

    /// <summary>RFC 6749, section 2.3.1: name and secret are encoded as in a form before they are joined.</summary>
    private static string Basic(IntrospectionOptions options) => Convert.ToBase64String(Encoding.ASCII.GetBytes(
        $"{Uri.EscapeDataString(options.ClientId)}:{Uri.EscapeDataString(options.ClientSecret)}"));
}
