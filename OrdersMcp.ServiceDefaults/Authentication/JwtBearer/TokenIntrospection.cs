using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace OrdersMcp.ServiceDefaults.Authentication.JwtBearer;

/// <summary>
/// Asks the issuer about tokens that only it can read (RFC 7662). Answers, also that a token is not active, are kept for a
/// short time under the token's hash, a bounded number of them.
/// </summary>
internal sealed class TokenIntrospection(JwtBearerOptions options, IssuerHttp http, TokenRules rules, TimeProvider time)
{
    private const int MostKept = 10_000;
    private const int LongestToken = 4 * 1024;

    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    /// <exception cref="TokenRefusedException">The token is not accepted.</exception>
    /// <exception cref="IssuerUnavailableException">The issuer does not answer.</exception>
    public async ValueTask<ClaimsPrincipal> CheckAsync(string token, CancellationToken cancellationToken)
    {
        if (options.Introspection.Endpoint is null || token.Length > LongestToken)
        {
            throw new TokenRefusedException("tokens of this kind are not accepted here");
        }

        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        if (_kept.TryGetValue(key, out var kept) && time.GetUtcNow() < kept.Until)
        {
            return kept.Caller ?? throw NotActive();
        }

        var answer = await http.IntrospectAsync(options.Introspection, token, cancellationToken);
        return Keep(key, answer).Caller ?? throw NotActive();
    }

    private Kept Keep(string key, JsonElement answer)
    {
        var until = time.GetUtcNow() + options.Introspection.CacheTime;
        ClaimsPrincipal? caller = null;
        if (answer.TryGetProperty("active", out var active) && active.ValueKind == JsonValueKind.True)
        {
            if (options.Issuers.Count > 0 && answer.TryGetProperty("iss", out _))
            {
                rules.CheckIssuer(answer, "");
            }

            rules.CheckAudience(answer);
            var expires = rules.CheckTimes(answer);
            until = expires < until ? expires : until;
            caller = rules.Caller(answer, JwtBearerDefaults.AuthenticationScheme);
        }

        if (_kept.Count >= MostKept)
        {
            Shrink();
        }

        return _kept[key] = new Kept(caller, until);
    }

    /// <summary>Without what has expired; without all where that is not enough, as each can be asked for again.</summary>
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
