using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>What a token must say besides what the package checks, and who is calling with it (RFC 9068, RFC 7519, section 4).</summary>
internal sealed class TokenRules(IOptions<AccessTokenOptions> settings, IOptionsMonitor<JwtBearerOptions> tokens, TimeProvider time)
{
    private const int MostScopes = 200;

    private readonly AccessTokenOptions _settings = settings.Value;
    private readonly JwtBearerOptions _tokens = tokens.Get(JwtBearerDefaults.AuthenticationScheme);

    /// <exception cref="TokenRefusedException">The header is not one that is accepted.</exception>
    public void CheckHeader(TokenHeader header)
    {
        if (!_settings.Algorithms.Contains(header.Algorithm, StringComparer.Ordinal))
        {
            throw new TokenRefusedException("the token is signed with an algorithm that is not accepted (alg)");
        }

        if (!_settings.Types.Contains(header.Type ?? "", StringComparer.OrdinalIgnoreCase))
        {
            throw new TokenRefusedException("the token is not an access token (typ)");
        }
    }

    /// <summary>What an issuer says of an opaque token (RFC 7662, section 2.2); it need not name itself.</summary>
    /// <exception cref="TokenRefusedException">The token is of another issuer, for another server, or not of now.</exception>
    public DateTimeOffset CheckAnswer(JsonElement answer)
    {
        if (_tokens.Issuers() is { Count: > 0 } issuers && answer.Text("iss") is { } issuer && !issuers.Contains(issuer, StringComparer.Ordinal))
        {
            throw new TokenRefusedException("the token is of another issuer (iss)");
        }

        return !_tokens.TokenValidationParameters.AudienceValidator(answer.Texts("aud"), null, null)
            ? throw new TokenRefusedException("the token is for another server (aud)")
            : CheckTimes(answer);
    }

    /// <summary>Times are numbers; the package takes texts as well.</summary>
    /// <exception cref="TokenRefusedException">The token holds no longer, or not yet.</exception>
    public DateTimeOffset CheckTimes(JsonElement claims)
    {
        var now = time.GetUtcNow();
        var expires = claims.Time("exp") ?? throw new TokenRefusedException("the token never expires (exp)");
        if (expires + _settings.ClockSkew <= now)
        {
            throw new TokenRefusedException("the token has expired (exp)");
        }

        if (claims.Time("iat") - _settings.ClockSkew > now)
        {
            throw new TokenRefusedException("the token is issued in the future (iat)");
        }

        return claims.Time("nbf") - _settings.ClockSkew > now
            ? throw new TokenRefusedException("the token does not hold yet (nbf)")
            : expires;
    }

    /// <exception cref="TokenRefusedException">The token does not say whose it is.</exception>
    public ClaimsPrincipal Caller(JsonElement claims)
    {
        var client = claims.Text("client_id") ?? claims.Text("azp") ?? claims.Text("appid");
        var subject = claims.Text("sub") ?? client;
        return string.IsNullOrWhiteSpace(subject)
            ? throw new TokenRefusedException("the token does not say whose it is (sub)")
            : CallerClaims.Principal(
                JwtBearerDefaults.AuthenticationScheme,
                CallerName.OfSubject(_tokens.Issuers().Count > 1 ? $"{claims.Text("iss")}|{subject}" : subject), // RFC 7519, 4.1.2
                client is null ? null : CallerName.Bounded(client),
                _settings.ScopeNames.SelectMany(name => claims.Texts(name)).SelectMany(Words)
                    .Where(scope => scope != CallerAccess.Everything).Distinct(StringComparer.Ordinal).Take(MostScopes),
                Customer(claims),
                expires: claims.Time("exp"));
    }

    /// <summary>
    /// An audience with scheme and host in lower case, as the canonical URI of a server has them (MCP 2026-07-28,
    /// authorization, "Canonical Server URI"); everything after them is as it is, and so is what is no web address.
    /// </summary>
    public static string Canonical(string audience)
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

    private string? Customer(JsonElement claims) => !claims.TryGetProperty(_settings.CustomerClaim, out var value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? $"{number}"
        : value.ValueKind == JsonValueKind.String && claims.Text(_settings.CustomerClaim) is { } text && !string.IsNullOrWhiteSpace(text) ? text
        // A binding that cannot be read must not become none.
        : throw new TokenRefusedException($"{_settings.CustomerClaim} is neither a text nor a whole number");

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
