using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace OrdersMcp.ServiceDefaults.Authentication.JwtBearer;

/// <summary>What a token must say to be accepted, and who is calling with it (RFC 9068, section 4; RFC 7519, section 4).</summary>
internal sealed class TokenRules(JwtBearerOptions options, TimeProvider time)
{
    private const int MostScopes = 200;

    private readonly HashSet<string> _audiences = new(options.Audiences.Select(Canonical), StringComparer.Ordinal);
    private readonly HashSet<string> _algorithms = new(options.Algorithms, StringComparer.Ordinal);
    private readonly HashSet<string> _types = new(options.Types, StringComparer.OrdinalIgnoreCase);

    /// <exception cref="TokenRefusedException">The header is not one that is accepted.</exception>
    public void CheckHeader(Jwt token)
    {
        if (!_algorithms.Contains(token.Algorithm))
        {
            throw new TokenRefusedException("the token is signed with an algorithm that is not accepted (alg)");
        }

        if (!_types.Contains(token.Type ?? ""))
        {
            throw new TokenRefusedException("the token is not an access token (typ)");
        }
    }

    /// <exception cref="TokenRefusedException">The token is of another issuer.</exception>
    public void CheckIssuer(JsonElement claims, string issuer)
    {
        var named = Jwt.Text(claims, "iss");
        if (named is null || !(options.Issuers.Count == 0 ? named == issuer : options.Issuers.Contains(named, StringComparer.Ordinal)))
        {
            throw new TokenRefusedException("the token is of another issuer (iss)");
        }
    }

    /// <exception cref="TokenRefusedException">The token is for another server.</exception>
    public void CheckAudience(JsonElement claims)
    {
        if (!Texts(claims, "aud").Any(audience => _audiences.Contains(Canonical(audience))))
        {
            throw new TokenRefusedException("the token is for another server (aud)");
        }
    }

    /// <exception cref="TokenRefusedException">The token holds no longer, or not yet.</exception>
    public DateTimeOffset CheckTimes(JsonElement claims)
    {
        var now = time.GetUtcNow();
        var expires = Time(claims, "exp") ?? throw new TokenRefusedException("the token never expires (exp)");
        if (expires + options.ClockSkew <= now)
        {
            throw new TokenRefusedException("the token has expired (exp)");
        }

        return Time(claims, "nbf") is { } notBefore && notBefore - options.ClockSkew > now
            ? throw new TokenRefusedException("the token does not hold yet (nbf)")
            : expires;
    }

    /// <exception cref="TokenRefusedException">The token does not say whose it is.</exception>
    public ClaimsPrincipal Caller(JsonElement claims, string scheme)
    {
        var client = Jwt.Text(claims, "client_id") ?? Jwt.Text(claims, "azp") ?? Jwt.Text(claims, "appid");
        var subject = Jwt.Text(claims, "sub") ?? client;
        return string.IsNullOrWhiteSpace(subject)
            ? throw new TokenRefusedException("the token does not say whose it is (sub)")
            : CallerClaims.Principal(
                scheme,
                CallerName.OfSubject(options.Issuers.Count > 1 ? $"{Jwt.Text(claims, "iss")}|{subject}" : subject), // RFC 7519, 4.1.2
                client is null ? null : CallerName.Bounded(client),
                options.ScopeNames.SelectMany(name => Texts(claims, name)).SelectMany(Words)
                    .Where(scope => scope != CallerAccess.Everything).Distinct(StringComparer.Ordinal).Take(MostScopes),
                Customer(claims),
                expires: Time(claims, "exp"));
    }

    /// <summary>
    /// An audience with scheme and host in lower case, as the canonical URI of a server has them (MCP 2026-07-28,
    /// authorization, "Canonical Server URI"); everything after them is as it is, and so is what is no web address.
    /// </summary>
    private static string Canonical(string audience)
    {
        const string Mark = "://";
        var start = audience.IndexOf(Mark, StringComparison.Ordinal);
        if (start <= 0 || !audience.StartsWith("http", StringComparison.OrdinalIgnoreCase))
        {
            return audience;
        }

        var length = audience.AsSpan(start + Mark.Length).IndexOfAny("/?#@");
        var end = length < 0 ? audience.Length : start + Mark.Length + length;
        return string.Concat(audience[..end].ToLowerInvariant(), audience.AsSpan(end));
    }

    private string? Customer(JsonElement claims) => !claims.TryGetProperty(options.CustomerClaim, out var value) ? null
        : value.ValueKind switch
        {
            JsonValueKind.String when !string.IsNullOrWhiteSpace(value.GetString()) => value.GetString(),
            JsonValueKind.Number when value.TryGetInt64(out var number) => $"{number}",
            // A binding that cannot be read must not become none.
            _ => throw new TokenRefusedException($"{options.CustomerClaim} is neither a text nor a whole number"),
        };

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Texts(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value))
        {
            return [];
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => [.. value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String
                ? item.GetString()!
                : throw new TokenRefusedException($"{name} has something that is no text"))],
            _ => throw new TokenRefusedException($"{name} is neither a text nor a list"),
        };
    }

    /// <summary>Seconds since 1970, with or without a fraction (RFC 7519, section 2).</summary>
    private static DateTimeOffset? Time(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value))
        {
            return null;
        }

        const double Latest = 253402300799; // the end of the year 9999
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is >= 0 and <= Latest
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : throw new TokenRefusedException($"{name} is no time");
    }
}
