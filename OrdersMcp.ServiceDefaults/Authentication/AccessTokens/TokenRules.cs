using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>The rules for tokens beyond the package's checks, and the caller of a token (RFC 9068; RFC 7519, section 4).</summary>
internal sealed class TokenRules(IOptions<AccessTokenOptions> settings, IOptionsMonitor<JwtBearerOptions> tokens, TimeProvider time)
{
    private const int MostScopes = 200;

    private readonly AccessTokenOptions _settings = settings.Value;
    private readonly JwtBearerOptions _tokens = tokens.Get(JwtBearerDefaults.AuthenticationScheme);

    /// <exception cref="TokenRefusedException">The header is not acceptable.</exception>
    public void CheckHeader(TokenHeader header)
    {
        if (!_settings.Algorithms.Contains(header.Algorithm, StringComparer.Ordinal))
        {
            throw new TokenRefusedException("the token is signed with an unsupported algorithm (alg)");
        }

        if (!_settings.Types.Contains(header.Type ?? "", StringComparer.OrdinalIgnoreCase))
        {
            throw new TokenRefusedException("the token is not an access token (typ)");
        }
    }

    /// <summary>Checks the issuer's response about an opaque token (RFC 7662, section 2.2). It need not contain <c>iss</c>.</summary>
    /// <exception cref="TokenRefusedException">The token is from another issuer, for another server, or not valid now.</exception>
    public DateTimeOffset CheckAnswer(JsonElement answer)
    {
        if (_tokens.Issuers() is { Count: > 0 } issuers && answer.Text("iss") is { } issuer && !issuers.Contains(issuer, StringComparer.Ordinal))
        {
            throw new TokenRefusedException("the token is from another issuer (iss)");
        }

        return !_tokens.TokenValidationParameters.AudienceValidator(answer.Texts("aud"), null, null)
            ? throw new TokenRefusedException("the token is for another server (aud)")
            : CheckTimes(answer);
    }

    /// <summary>Requires times to be numbers; the package also accepts texts.</summary>
    /// <exception cref="TokenRefusedException">The token has expired or is not valid yet.</exception>
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
            ? throw new TokenRefusedException("the token is not valid yet (nbf)")
            : expires;
    }

    /// <exception cref="TokenRefusedException">The token does not name its subject.</exception>
    public ClaimsPrincipal Caller(JsonElement claims)
    {
        var client = claims.Text("client_id") ?? claims.Text("azp") ?? claims.Text("appid");
        var subject = claims.Text("sub") ?? client;
        return string.IsNullOrWhiteSpace(subject)
            ? throw new TokenRefusedException("the token does not name its subject (sub)")
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
    /// An audience with scheme and host in lower case, as in the canonical URI of a server (MCP 2026-07-28, authorization,
    /// "Canonical Server URI"). The rest of the URI, and an audience that is not a web address, stay unchanged.
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
        // An unreadable binding must not count as no binding.
        : throw new TokenRefusedException($"{_settings.CustomerClaim} is neither text nor an integer");

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
