// Stands in for the package Microsoft.AspNetCore.Authentication.JwtBearer, whose Microsoft.IdentityModel packages it
// does without: AddJwtBearer with the same configuration section, Authentication:Schemes:Bearer, and the same keys.

namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>Names of the scheme.</summary>
public static class JwtBearerDefaults
{
    public const string AuthenticationScheme = "Bearer";
}

/// <summary>
/// Which access tokens are accepted; bound from <c>Authentication:Schemes:Bearer</c>. A list that is not set has the
/// default that its comment names.
/// </summary>
public sealed class JwtBearerOptions : AuthenticationSchemeOptions
{
    /// <summary>The longest clock skew that may be set.</summary>
    public static readonly TimeSpan LongestClockSkew = TimeSpan.FromSeconds(60);

    /// <summary>Every signature algorithm that is known: asymmetric ones only (RFC 8725, section 3.1).</summary>
    internal static readonly string[] KnownAlgorithms = ["RS256", "PS256", "ES256", "ES384"];

    private static readonly string[] AccessTokenTypes = ["at+jwt", "application/at+jwt", "JWT"];
    private static readonly string[] StandardScopeClaims = ["scope", "scp"];

    /// <summary>The issuer, an address under whose well-known paths its metadata is (RFC 8414, OpenID Connect Discovery).</summary>
    public string? Authority { get; set; }

    /// <summary>Where the metadata is, if not under the authority.</summary>
    public string? MetadataAddress { get; set; }

    /// <summary>The audience that a token must be for: the canonical URI of this server.</summary>
    public string? Audience { get; set; }

    /// <summary>Audiences besides <see cref="Audience"/>.</summary>
    public string[]? ValidAudiences { get; set; }

    /// <summary>The issuer that a token must name; unless set, what the metadata says.</summary>
    public string? ValidIssuer { get; set; }

    /// <summary>Issuers besides <see cref="ValidIssuer"/>.</summary>
    public string[]? ValidIssuers { get; set; }

    /// <summary>The values of <c>typ</c>: at+jwt (RFC 9068) and JWT. An empty text stands for a token without it.</summary>
    public string[]? ValidTypes { get; set; }

    /// <summary>The values of <c>alg</c>: RS256, PS256, ES256, ES384; a list makes it fewer.</summary>
    public string[]? ValidAlgorithms { get; set; }

    /// <summary>Claims that hold scopes, as a text with spaces or as a list: scope, scp.</summary>
    public string[]? ScopeClaims { get; set; }

    /// <summary>The claim that binds the caller to one customer.</summary>
    public string CustomerClaim { get; set; } = "customer_id";

    /// <summary>Whether metadata and keys come over TLS only.</summary>
    public bool RequireHttpsMetadata { get; set; } = true;

    /// <summary>How far clocks may be apart. 30 s unless set, 60 s at the most.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How old the issuer's keys may become before they are read again. One hour unless set.</summary>
    public TimeSpan AutomaticRefreshInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often at the most the keys are read for a token whose key is not among them. 30 s unless set.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a request to the issuer may take. 10 s unless set.</summary>
    public TimeSpan BackchannelTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Tokens that are no JWT.</summary>
    public IntrospectionOptions Introspection { get; set; } = new();

    internal bool IsConfigured => !string.IsNullOrEmpty(Authority) || !string.IsNullOrEmpty(MetadataAddress)
        || Introspection.Endpoint is not null;

    internal IEnumerable<string> Audiences => ValidAudiences is null ? One(Audience) : ValidAudiences.Concat(One(Audience));

    internal IReadOnlyList<string> Issuers => [.. ValidIssuers ?? [], .. One(ValidIssuer)];

    internal IEnumerable<string> Types => ValidTypes ?? AccessTokenTypes;

    internal IEnumerable<string> Algorithms => ValidAlgorithms ?? KnownAlgorithms;

    internal IEnumerable<string> ScopeNames => ScopeClaims ?? StandardScopeClaims;

    /// <summary>Where the metadata may be, in the order of trial.</summary>
    internal IEnumerable<string> MetadataAddresses()
    {
        if (!string.IsNullOrEmpty(MetadataAddress))
        {
            yield return MetadataAddress;
            yield break;
        }

        var authority = new Uri(Authority!);
        var root = authority.GetLeftPart(UriPartial.Authority);
        var path = authority.AbsolutePath.TrimEnd('/');
        yield return $"{root}{path}/.well-known/openid-configuration";
        yield return $"{root}/.well-known/oauth-authorization-server{path}";
        if (path.Length > 0)
        {
            yield return $"{root}/.well-known/openid-configuration{path}";
        }
    }

    /// <summary>What is wrong with the settings; each names its key.</summary>
    internal IEnumerable<string> Problems(string section)
    {
        if (!IsConfigured)
        {
            yield break;
        }

        foreach (var (key, address) in Addresses())
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            {
                yield return $"{section}:{key} is '{address}', which is no address.";
            }
            else if (uri.Scheme == "http" && RequireHttpsMetadata)
            {
                yield return $"{section}:{key} is '{address}': tokens are only as safe as the way to their issuer. Use "
                    + $"https, or set {section}:RequireHttpsMetadata to false where that is a test on this machine.";
            }
        }

        if (!Audiences.Any(audience => audience.Length > 0))
        {
            yield return $"{section}:Audience is missing. Set it, or Authentication:Resource, to the canonical URI of this "
                + "server: a token for another one must not be accepted.";
        }

        if (ClockSkew < TimeSpan.Zero || ClockSkew > LongestClockSkew)
        {
            yield return $"{section}:ClockSkew is {ClockSkew}; it takes 0 to {LongestClockSkew.TotalSeconds:0} seconds.";
        }

        if (Algorithms.Except(KnownAlgorithms, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            yield return $"{section}:ValidAlgorithms has '{unknown}'; it takes {string.Join(", ", KnownAlgorithms)}.";
        }
    }

    private IEnumerable<(string Key, string Address)> Addresses()
    {
        if (!string.IsNullOrEmpty(Authority))
        {
            yield return (nameof(Authority), Authority);
        }

        if (!string.IsNullOrEmpty(MetadataAddress))
        {
            yield return (nameof(MetadataAddress), MetadataAddress);
        }

        if (Introspection.Endpoint is { } endpoint)
        {
            yield return ($"{nameof(Introspection)}:{nameof(Introspection.Endpoint)}", endpoint);
        }
    }

    private static string[] One(string? value) => string.IsNullOrEmpty(value) ? [] : [value];
}

/// <summary>How tokens that are no JWT are checked (RFC 7662).</summary>
public sealed class IntrospectionOptions
{
    /// <summary>Where the issuer answers for its tokens; none are accepted unless set.</summary>
    public string? Endpoint { get; set; }

    /// <summary>This server's name at the issuer.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>This server's secret at the issuer.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>How long an answer holds, and with it a token that was revoked. 30 s unless set.</summary>
    public TimeSpan CacheTime { get; set; } = TimeSpan.FromSeconds(30);
}
