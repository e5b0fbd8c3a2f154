using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>
/// Settings that <see cref="JwtBearerOptions"/> lacks, bound from the same section, <c>Authentication:Schemes:Bearer</c>. An
/// unset list has the default in its comment.
/// </summary>
internal sealed class AccessTokenOptions
{
    public const string Section = $"{CallerAuthenticationOptions.Section}:Schemes:{JwtBearerDefaults.AuthenticationScheme}";

    /// <summary>The longest clock skew allowed.</summary>
    public static readonly TimeSpan LongestClockSkew = TimeSpan.FromSeconds(60);

    /// <summary>All supported signature algorithms. They are asymmetric (RFC 8725, section 3.1).</summary>
    public static readonly string[] KnownAlgorithms = ["RS256", "PS256", "ES256", "ES384"];

    private static readonly string[] AccessTokenTypes = ["at+jwt", "application/at+jwt", "JWT"];
    private static readonly string[] StandardScopeClaims = ["scope", "scp"];

    /// <summary>The accepted values of <c>typ</c>: at+jwt (RFC 9068) and JWT. An empty value accepts tokens without <c>typ</c>.</summary>
    public string[]? ValidTypes { get; set; }

    /// <summary>The accepted values of <c>alg</c>: RS256, PS256, ES256, ES384, or a subset.</summary>
    public string[]? ValidAlgorithms { get; set; }

    /// <summary>Claims with scopes, as space-separated text or as a list: scope, scp.</summary>
    public string[]? ScopeClaims { get; set; }

    /// <summary>The claim that binds the caller to one customer.</summary>
    public string CustomerClaim { get; set; } = "customer_id";

    /// <summary>The tolerated difference between clocks: 30 s by default, at most 60 s.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Introspection of tokens that are not JWTs.</summary>
    public IntrospectionOptions Introspection { get; set; } = new();

    public IReadOnlyList<string> Types => ValidTypes ?? AccessTokenTypes;

    public IReadOnlyList<string> Algorithms => ValidAlgorithms ?? KnownAlgorithms;

    public IReadOnlyList<string> ScopeNames => ScopeClaims ?? StandardScopeClaims;
}

/// <summary>How to check tokens that are not JWTs (RFC 7662).</summary>
internal sealed class IntrospectionOptions
{
    /// <summary>The issuer's introspection endpoint. Without it, such tokens are rejected.</summary>
    public string? Endpoint { get; set; }

    /// <summary>This server's client id at the issuer.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>This server's client secret at the issuer.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>How long a response is cached, and so how long a revoked token stays accepted: 30 s by default.</summary>
    public TimeSpan CacheTime { get; set; } = TimeSpan.FromSeconds(30);
}
