using System.Net;
using System.Text;
using OrdersMcp.McpServer.Configuration;
using OrdersMcp.McpServer.OpenApi;
using OrdersMcp.McpServer.Protocol;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.McpServer.Operations.Requests;

/// <summary>Where and how an API is called.</summary>
internal sealed class ApiEndpoint(
    ApiOptions options, string baseAddress, HttpClient client, bool isNamed = true, ApiObserver? observer = null,
    OAuthTokens? tokens = null)
{
    private const int ShortestSecret = 6;

    private ApiKeyPlace _key = new("header", "X-API-Key");

    /// <summary>What is added to the query of every request, made once.</summary>
    private string[]? _queryPairs;

    /// <summary>The query of the server's address: it is of every request.</summary>
    public string ServerQuery { get; init; } = "";

    /// <summary>The same endpoint, with the key where the document has it.</summary>
    public ApiEndpoint WithKeyIn(ApiKeyPlace? place) => place is null
        ? this
        : new ApiEndpoint(options, baseAddress, client, isNamed, observer, tokens) { ServerQuery = ServerQuery, _key = HeaderName.IsLegal(place.Name) || place.In == "query" ? place : _key };

    /// <summary>Without a credential of this server's the statement would be anybody's.</summary>
    private readonly bool _tellsCaller = options.OnBehalfOf is true && (options.BearerToken ?? options.ApiKey ?? options.OAuth?.ClientId) is not null;

    public string Name => options.Name;

    /// <summary>The address that paths are appended to; it ends without a slash.</summary>
    public string BaseAddress => baseAddress;

    public string Authority { get; } = new Uri(baseAddress).Authority;

    /// <summary>What must not show in an answer, as it is and as it is written in an address.</summary>
    private readonly string[] _secrets =
    [
        .. options.Headers.Values.Concat(options.Query.Values).Append(options.BearerToken).Append(options.ApiKey).Append(options.OAuth?.ClientSecret).OfType<string>().Where(secret => secret.Length >= ShortestSecret)
            .SelectMany(secret => new[] { secret, Uri.EscapeDataString(secret) }).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>The text without the secrets that the API was sent, should it repeat them.</summary>
    public string WithoutSecrets(string text) => _secrets.Concat(tokens?.Known ?? []).Aggregate(text, (rest, secret) => rest.Replace(secret, "***", StringComparison.Ordinal));

    /// <summary>Whether an address is of the API's own origin.</summary>
    public bool IsAt(Uri address) => address.Authority == Authority && address.UserInfo.Length == 0
        && baseAddress[..baseAddress.IndexOf(':', StringComparison.Ordinal)].Split('+').Contains(address.Scheme, StringComparer.Ordinal);

    /// <summary>Is told what is wrong with the API; null where nobody wants to know.</summary>
    public ApiObserver? Observer => observer;

    /// <summary>How long a call may take, its answer included.</summary>
    public TimeSpan Timeout => options.Timeout ?? CallTimeouts.Default;

    /// <summary>Sends a request of the server's own.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await AuthorizeAsync(request, Caller.Server, cancellationToken);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>Calls an operation, following redirects, and reads its answer within the API's timeout, if it has one.</summary>
    /// <exception cref="TimeoutException">The API's own timeout is over.</exception>
    public async Task<T> CallAsync<T>(
        HttpRequestMessage request, Caller caller, Func<HttpResponseMessage, CancellationToken, ValueTask<T>> read, CancellationToken cancellationToken)
    {
        CallTimeouts.Set(request, Timeout);
        if (options.Timeout is null)
        {
            return await CallNowAsync(request, caller, read, cancellationToken);
        }

        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Timeout);
        try
        {
            return await CallNowAsync(request, caller, read, limited.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The {Name} API took longer than {Timeout}.", exception);
        }
    }

    private async Task<T> CallNowAsync<T>(
        HttpRequestMessage request, Caller caller, Func<HttpResponseMessage, CancellationToken, ValueTask<T>> read, CancellationToken cancellationToken)
    {
        await AuthorizeAsync(request, caller, cancellationToken);
        using var response = await Redirects.FollowAsync(request, each =>
        {
            AddQuery(each);
            return client.SendAsync(each, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        });
        if (response.StatusCode == HttpStatusCode.Unauthorized && request.Headers.Authorization?.Parameter is { } token)
        {
            tokens?.Reject(token);
        }

        return await read(response, cancellationToken);
    }

    /// <summary>Adds what the API knows this server by.</summary>
    private async ValueTask AuthorizeAsync(HttpRequestMessage request, Caller caller, CancellationToken cancellationToken)
    {
        AddHeaders(request, caller);
        AddQuery(request);
        if (tokens is not null)
        {
            request.Headers.Authorization = new("Bearer", await tokens.GetAsync(caller, cancellationToken));
        }
    }

    private string[] QueryPairs()
    {
        var added = options.Query.AsEnumerable();
        if (options.ApiKey is { } key && _key.In == "query")
        {
            added = added.Append(new(_key.Name, key));
        }

        return
        [
            .. added.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}")
                .Prepend(ServerQuery).Where(pair => pair.Length > 0),
        ];
    }

    /// <summary>The query of the server's address, and what the settings add to it; a redirect may have dropped them.</summary>
    private void AddQuery(HttpRequestMessage request)
    {
        var pairs = _queryPairs ??= QueryPairs();
        if (pairs.Length == 0)
        {
            return;
        }

        var address = new StringBuilder(request.RequestUri!.AbsoluteUri);
        var query = request.RequestUri.Query;
        foreach (var pair in pairs.Where(pair => !query.Contains(pair, StringComparison.Ordinal)))
        {
            address.Append(query.Length > 0 || address.Length > request.RequestUri.AbsoluteUri.Length ? '&' : '?').Append(pair);
        }

        request.RequestUri = new Uri(address.ToString());
    }

    private void AddHeaders(HttpRequestMessage request, Caller caller)
    {
        if (!isNamed)
        {
            SsrfGuard.Forbid(request);
        }

        foreach (var (name, values) in caller.Headers)
        {
            if (options.ForwardHeaders.Contains(name, StringComparer.OrdinalIgnoreCase) && !request.Headers.Contains(name))
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

        if (options.ApiKey is { } key && _key.In == "header")
        {
            request.Headers.Remove(_key.Name);
            request.Headers.TryAddWithoutValidation(_key.Name, key);
        }
        else if (options.ApiKey is { } cookie && _key.In == "cookie")
        {
            var others = request.Headers.NonValidated.TryGetValues("Cookie", out var cookies) ? $"{cookies}; " : "";
            request.Headers.Remove("Cookie");
            request.Headers.TryAddWithoutValidation("Cookie", $"{others}{_key.Name}={Uri.EscapeDataString(cookie)}");
        }

        request.Headers.Remove(OnBehalfOf.Header);
        if (_tellsCaller && caller.User is { } user)
        {
            request.Headers.TryAddWithoutValidation(OnBehalfOf.Header, OnBehalfOf.Of(user, caller.Program).ToHeader());
        }
    }
}
