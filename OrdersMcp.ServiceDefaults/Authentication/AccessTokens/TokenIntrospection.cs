using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>
/// Asks the issuer about tokens that only it can read (RFC 7662). A bounded number of responses, including negative ones, is
/// cached for a short time under the token's hash.
/// </summary>
internal sealed class TokenIntrospection(
    IOptions<AccessTokenOptions> settings, IOptionsMonitor<JwtBearerOptions> tokens, TokenRules rules, TimeProvider time)
{
    private const int MostKept = 10_000;
    private const int LongestToken = 4 * 1024;

    private static readonly JsonDocumentOptions Bounded = new() { MaxDepth = 16 };

    private readonly IntrospectionOptions _options = settings.Value.Introspection;
    private readonly HttpClient _issuer = tokens.Get(JwtBearerDefaults.AuthenticationScheme).Backchannel;
    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    /// <exception cref="TokenRefusedException">The token is not accepted.</exception>
    /// <exception cref="IssuerUnavailableException">The issuer does not respond.</exception>
    public async ValueTask<ClaimsPrincipal> CheckAsync(string token, CancellationToken cancellationToken)
    {
        if (_options.Endpoint is null || token.Length > LongestToken)
        {
            throw new TokenRefusedException("tokens of this kind are not accepted here");
        }

        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        if (_kept.TryGetValue(key, out var kept) && time.GetUtcNow() < kept.Until)
        {
            return kept.Caller ?? throw NotActive();
        }

        return Keep(key, await AskAsync(token, cancellationToken)).Caller ?? throw NotActive();
    }

    /// <exception cref="IssuerUnavailableException">There is no response, or it is not a JSON object.</exception>
    private async Task<JsonElement> AskAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _options.Endpoint)
            {
                Content = new FormUrlEncodedContent([new("token", token), new("token_type_hint", "access_token")]),
                Headers = { Authorization = new AuthenticationHeaderValue("Basic", Basic()) },
            };
            using var response = await _issuer.SendAsync(request, cancellationToken);
            response.EnsureSuccessStatusCode();
            var answer = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken), Bounded);
            return answer.ValueKind == JsonValueKind.Object ? answer : throw new JsonException("The response is not an object.");
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new IssuerUnavailableException("The issuer does not respond as expected.", exception);
        }
    }

    /// <summary>RFC 6749, section 2.3.1: id and secret are form-encoded before they are joined.</summary>
    private string Basic() => Convert.ToBase64String(Encoding.ASCII.GetBytes(
        $"{Uri.EscapeDataString(_options.ClientId)}:{Uri.EscapeDataString(_options.ClientSecret)}"));

    private Kept Keep(string key, JsonElement answer)
    {
        var until = time.GetUtcNow() + _options.CacheTime;
        ClaimsPrincipal? caller = null;
        if (answer.TryGetProperty("active", out var active) && active.ValueKind == JsonValueKind.True)
        {
            var expires = rules.CheckAnswer(answer);
            until = expires < until ? expires : until;
            caller = rules.Caller(answer);
        }

        if (_kept.Count >= MostKept)
        {
            Shrink();
        }

        return _kept[key] = new Kept(caller, until);
    }

    /// <summary>Drops expired entries, or all entries if that is not enough: each can be requested again.</summary>
    private void Shrink()
    {
        var now = time.GetUtcNow();
        foreach (var (key, kept) in _kept)
        {
            if (kept.Until <= now)
            {
                _kept.TryRemove(key, out _);
            }
        }

        if (_kept.Count >= MostKept)
        {
            _kept.Clear();
        }
    }

    private static TokenRefusedException NotActive() => new("the token is not active");

    private sealed record Kept(ClaimsPrincipal? Caller, DateTimeOffset Until);
}
