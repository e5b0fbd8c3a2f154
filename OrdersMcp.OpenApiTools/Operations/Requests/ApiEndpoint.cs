using System.Net;
using System.Text;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Operations.Requests;

/// <summary>The address, credentials and timeouts for calls to one API.</summary>
internal sealed class ApiEndpoint(
    ApiOptions options, string baseAddress, HttpClient client, bool isNamed = true, ApiObserver? observer = null,
    OAuthTokens? tokens = null, IIntroduction? introduction = null)
{
    private const int ShortestSecret = 6;

    private ApiKeyPlace _key = new("header", "X-API-Key");

    /// <summary>The parameters to add to the query of every request, built once.</summary>
    private string[]? _queryPairs;

    /// <summary>The query of the server's address, which is part of every request.</summary>
    public string ServerQuery { get; init; } = "";

    /// <summary>The same endpoint, with the API key where the document places it.</summary>
    public ApiEndpoint WithKeyIn(ApiKeyPlace? place) => place is null
        ? this
        : new ApiEndpoint(options, baseAddress, client, isNamed, observer, tokens, introduction) { ServerQuery = ServerQuery, _key = HeaderName.IsLegal(place.Name) || place.In == "query" ? place : _key };

    /// <summary>Without a credential of this server, the header could come from anyone.</summary>
    private readonly IIntroduction? _introduction = options.OnBehalfOf is true && (options.BearerToken ?? options.ApiKey ?? options.OAuth?.ClientId) is not null ? introduction : null;

    public string Name => options.Name;

    /// <summary>The address that paths are appended to; it ends without a slash.</summary>
    public string BaseAddress => baseAddress;

    public string Authority { get; } = new Uri(baseAddress).Authority;

    /// <summary>Values to remove from answers: the secrets, plain and URL-encoded.</summary>
    private readonly string[] _secrets =
    [
        .. options.Headers.Values.Concat(options.Query.Values).Append(options.BearerToken).Append(options.ApiKey).Append(options.OAuth?.ClientSecret).OfType<string>().Where(secret => secret.Length >= ShortestSecret)
            .SelectMany(secret => new[] { secret, Uri.EscapeDataString(secret) }).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>Removes the secrets sent to the API from the text, in case the API repeats them.</summary>
    public string WithoutSecrets(string text) => _secrets.Concat(tokens?.Known ?? []).Aggregate(text, (rest, secret) => rest.Replace(secret, "***", StringComparison.Ordinal));

    /// <summary>Whether the API is this app, which has no address of its own: each caller knows it by another.</summary>
    public bool IsInProcess => options.InProcess;

    /// <summary>Whether an address has the API's origin.</summary>
    /// <param name="address">The address.</param>
    /// <param name="called">The address of the request whose answer has it.</param>
    public bool IsAt(Uri address, Uri? called) => address.UserInfo.Length == 0 && (options.InProcess
        ? called is not null && address.Authority == called.Authority && address.Scheme == called.Scheme
        : address.Authority == Authority
            && baseAddress[..baseAddress.IndexOf(':', StringComparison.Ordinal)].Split('+').Contains(address.Scheme, StringComparer.Ordinal));

    /// <summary>Receives reports of faults in the API; null to ignore them.</summary>
    public ApiObserver? Observer => observer;

    /// <summary>The timeout of a call, including its answer.</summary>
    public TimeSpan Timeout => options.Timeout ?? CallTimeouts.Default;

    /// <summary>Sends a request of the server itself.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => SendAuthorizedAsync(
        request, Caller.Server, each => client.SendAsync(each, HttpCompletionOption.ResponseHeadersRead, cancellationToken), cancellationToken);

    /// <summary>
    /// Calls an operation, follows redirects, and reads the answer within the API's timeout, if it has one.
    /// </summary>
    /// <exception cref="TimeoutException">The API's timeout expired.</exception>
    public async Task<T> CallAsync<T>(
        HttpRequestMessage request, Caller caller, Func<HttpResponseMessage, CancellationToken, ValueTask<T>> read, CancellationToken cancellationToken)
    {
        CallTimeouts.Set(request, Timeout);
        if (options is { Timeout: null, InProcess: false }) // the resilience pipeline has a timeout
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
        using var response = await SendAuthorizedAsync(request, caller, FollowAsync, cancellationToken);
        return await read(response, cancellationToken);

        Task<HttpResponseMessage> FollowAsync(HttpRequestMessage first) => Redirects.FollowAsync(first, each =>
        {
            AddQuery(each);
            return client.SendAsync(each, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        });
    }

    /// <summary>
    /// Sends a request with this server's credentials. If the API refuses an access token that has not expired, the request had
    /// no effect, and is sent once more with a new token.
    /// </summary>
    private async Task<HttpResponseMessage> SendAuthorizedAsync(
        HttpRequestMessage request, Caller caller, Func<HttpRequestMessage, Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        await AuthorizeAsync(request, caller, cancellationToken);
        var response = await send(request);
        if (response.StatusCode != HttpStatusCode.Unauthorized || tokens is null || request.Headers.Authorization?.Parameter is not { } refused)
        {
            return response;
        }

        tokens.Reject(refused);
        string other;
        try
        {
            other = await tokens.GetAsync(caller, cancellationToken);
        }
        catch
        {
            response.Dispose();
            throw;
        }

        if (other == refused)
        {
            return response; // the authorization server issued the same token again
        }

        response.Dispose();
        var again = Redirects.Again(request);
        again.Headers.Authorization = new("Bearer", other);
        return await send(again);
    }

    /// <summary>Adds the headers, the query and the access token for the API.</summary>
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

    /// <summary>Adds the query of the server's address and of the settings, which a redirect may have dropped.</summary>
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

        if (options.InProcess)
        {
            caller.InApp?.Send(request);
            if (caller.Authorization is { Length: > 0 } authorization)
            {
                // For policies that authenticate by a scheme of their own. It is the same app, which got it from the caller.
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            }
        }

        foreach (var (name, values) in caller.Headers)
        {
            if (options.ForwardHeaders.Contains(name, StringComparer.OrdinalIgnoreCase) && !request.Headers.Contains(name))
            {
                request.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        // The settings override headers from a caller or a document.
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

        if (introduction is not null)
        {
            request.Headers.Remove(introduction.Header);
        }

        if (_introduction is not null && caller.User is { } user)
        {
            request.Headers.TryAddWithoutValidation(_introduction.Header, _introduction.Of(user, caller.Program));
        }
    }
}
