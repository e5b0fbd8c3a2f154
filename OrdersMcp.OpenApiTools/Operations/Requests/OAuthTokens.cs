using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Operations.Requests;

/// <summary>
/// Access tokens for an API: one for the server itself (RFC 6749, section 4.4), or one for each caller, exchanged for the
/// caller's token (RFC 8693). Each is cached until shortly before it expires, and all waiting calls share one request for
/// it.
/// </summary>
internal sealed class OAuthTokens(OAuthOptions options, HttpClient client, TimeProvider time)
{
    private const int MostCallers = 1000;
    private const string Own = "";
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestMargin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Token> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task<Token>>> _requests = new(StringComparer.Ordinal);

    /// <summary>The tokens to remove from answers.</summary>
    public IEnumerable<string> Known => _tokens.Values.Select(token => token.Value);

    /// <summary>The token for a call.</summary>
    /// <param name="caller">The caller that the call is made for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OAuthTokenException">There is no token.</exception>
    public async ValueTask<string> GetAsync(Caller caller, CancellationToken cancellationToken)
    {
        var subject = options.Exchange && caller.User is not null ? TokenOf(caller.Authorization) : null;
        var key = subject is null ? Own : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject)));
        if (_tokens.TryGetValue(key, out var known) && known.RenewAt > time.GetUtcNow())
        {
            return known.Value;
        }

        // The first call requests the token for all waiting calls. If that call ends, the others must still get the token.
        var request = _requests.GetOrAdd(key, _ => new Lazy<Task<Token>>(() => RequestAsync(key, subject)));
        return (await request.Value.WaitAsync(cancellationToken)).Value;
    }

    /// <summary>The API rejected the token, so the next call requests another.</summary>
    public void Reject(string token)
    {
        foreach (var entry in _tokens.Where(entry => entry.Value.Value == token))
        {
            _tokens.TryRemove(entry);
        }
    }

    private static string TokenOf(string? authorization) =>
        AuthenticationHeaderValue.TryParse(authorization, out var header)
        && header is { Parameter.Length: > 0 } && header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            ? header.Parameter
            : throw new OAuthTokenException("The caller has no access token to exchange.") { IsOfCaller = true };

    private async Task<Token> RequestAsync(string key, string? subject)
    {
        try
        {
            using var limited = new CancellationTokenSource(LongestWait, time);
            var token = await FetchAsync(subject, limited.Token);
            if (_tokens.Count >= MostCallers)
            {
                foreach (var old in _tokens.OrderBy(entry => entry.Value.RenewAt).Take(MostCallers / 2))
                {
                    _tokens.TryRemove(old);
                }
            }

            return _tokens[key] = token;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or JsonException or Polly.Timeout.TimeoutRejectedException or Polly.CircuitBreaker.BrokenCircuitException)
        {
            throw new OAuthTokenException($"The token endpoint gave no usable answer ({exception.GetType().Name}).", exception);
        }
        finally
        {
            _requests.TryRemove(key, out _);
        }
    }

    private async Task<Token> FetchAsync(string? subject, CancellationToken cancellationToken)
    {
        var form = new List<KeyValuePair<string, string>>();
        if (subject is null)
        {
            form.Add(new("grant_type", "client_credentials"));
        }
        else
        {
            form.Add(new("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"));
            form.Add(new("subject_token", subject));
            form.Add(new("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"));
        }

        if (options.Scopes.Count > 0)
        {
            form.Add(new("scope", string.Join(' ', options.Scopes)));
        }

        if (options.Audience is { } audience)
        {
            form.Add(new("audience", audience));
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, options.TokenUrl) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue( // RFC 6749, section 2.3.1
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{WebUtility.UrlEncode(options.ClientId)}:{WebUtility.UrlEncode(options.ClientSecret)}")));
        using var response = await client.SendAsync(request, cancellationToken);
        var answer = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        if (!response.IsSuccessStatusCode || answer.Text("access_token") is not { Length: > 0 } value)
        {
            throw new OAuthTokenException(
                $"The token endpoint answered {response.StatusCode:D}{(answer.Text("error") is { } error ? $" ({BoundedText.Of(error, maxLength: 100)})" : "")}.");
        }

        var lifetime = answer.Member("expires_in") is { ValueKind: JsonValueKind.Number } seconds && seconds.TryGetInt32(out var number)
            ? TimeSpan.FromSeconds(Math.Max(number, 1))
            : DefaultLifetime;
        var margin = TimeSpan.FromTicks(Math.Min(lifetime.Ticks / 10, LongestMargin.Ticks));
        return new Token(value, time.GetUtcNow() + lifetime - margin);
    }

    private sealed record Token(string Value, DateTimeOffset RenewAt);
}

/// <summary>There is no access token for an API. The message contains no secrets.</summary>
internal sealed class OAuthTokenException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether the caller has no token to exchange.</summary>
    public bool IsOfCaller { get; init; }
}
