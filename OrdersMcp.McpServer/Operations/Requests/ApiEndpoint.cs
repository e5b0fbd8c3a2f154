using OrdersMcp.McpServer.Configuration;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.McpServer.Operations.Requests;

/// <summary>Where and how an API is called.</summary>
internal sealed class ApiEndpoint(
    ApiOptions options, string baseAddress, HttpClient client, IHttpContextAccessor context, bool isNamed = true)
{
    private const int ShortestSecret = 6;
    private const string ApiKeyHeader = "X-API-Key";

    /// <summary>Without a credential of this server's the statement would be anybody's.</summary>
    private readonly bool _tellsCaller = options.OnBehalfOf is true && (options.BearerToken ?? options.ApiKey) is not null;

    public string Name => options.Name;

    /// <summary>The address that paths are appended to; it ends without a slash.</summary>
    public string BaseAddress => baseAddress;

    public string Authority { get; } = new Uri(baseAddress).Authority;

    /// <summary>What must not show in an answer.</summary>
    public IReadOnlyList<string> Secrets { get; } =
        [.. options.Headers.Values.Append(options.BearerToken).Append(options.ApiKey).OfType<string>().Where(secret => secret.Length >= ShortestSecret)];

    /// <exception cref="TimeoutException">The API's own timeout is over.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        AddHeaders(request);
        if (options.Timeout is not { } timeout)
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }

        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(timeout);
        try
        {
            // The whole answer, so that the timeout is over it too.
            return await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, limited.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The {Name} API took longer than {timeout}.", exception);
        }
    }

    /// <summary>Sends a request whose answer stays open: only its head is under the timeouts.</summary>
    public Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        AddHeaders(request);
        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private void AddHeaders(HttpRequestMessage request)
    {
        if (!isNamed)
        {
            SsrfGuard.Forbid(request);
        }

        foreach (var name in options.ForwardHeaders)
        {
            if (context.HttpContext?.Request.Headers.TryGetValue(name, out var values) is true && !request.Headers.Contains(name))
            {
                request.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        // What is configured wins over what a caller or a document brought.
        foreach (var (name, value) in options.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (options.BearerToken is { } token)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        if (options.ApiKey is { } key)
        {
            request.Headers.Remove(ApiKeyHeader);
            request.Headers.TryAddWithoutValidation(ApiKeyHeader, key);
        }

        request.Headers.Remove(OnBehalfOf.Header);
        if (_tellsCaller && context.HttpContext is { } http)
        {
            request.Headers.TryAddWithoutValidation(
                OnBehalfOf.Header, OnBehalfOf.Of(http.User, http.Request.Headers.UserAgent).ToHeader());
        }
    }
}
