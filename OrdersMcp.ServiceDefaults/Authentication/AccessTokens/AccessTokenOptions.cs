using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>
/// What <see cref="JwtBearerOptions"/> has no setting for; bound from the same section, <c>Authentication:Schemes:Bearer</c>.
/// A list that is not set has the default that its comment names.
/// </summary>
internal sealed class AccessTokenOptions
{
    public const string Section = $"{CallerAuthenticationOptions.Section}:Schemes:{JwtBearerDefaults.AuthenticationScheme}";

    /// <summary>The longest clock skew that may be set.</summary>
    public static readonly TimeSpan LongestClockSkew = TimeSpan.FromSeconds(60);

    /// <summary>Every signature algorithm that is accepted: asymmetric ones only (RFC 8725, section 3.1).</summary>
    public static readonly string[] KnownAlgorithms = ["RS256", "PS256", "ES256", "ES384"];

    private static readonly string[] AccessTokenTypes = ["at+jwt", "application/at+jwt", "JWT"];
    private static readonly string[] StandardScopeClaims = ["scope", "scp"];

    /// <summary>The values of <c>typ</c>: at+jwt (RFC 9068) and JWT. An empty text stands for a token without it.</summary>
    public string[]? ValidTypes { get; set; }

    /// <summary>The values of <c>alg</c>: RS256, PS256, ES256, ES384; a list makes it fewer.</summary>
    public string[]? ValidAlgorithms { get; set; }

    /// <summary>Claims that hold scopes, as a text with spaces or as a list: scope, scp.</summary>
    public string[]? ScopeClaims { get; set; }

    /// <summary>The claim that binds the caller to one customer.</summary>
    public string CustomerClaim { get; set; } = "customer_id";

    /// <summary>How far clocks may be apart. 30 s unless set, 60 s at the most.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Tokens that are no JWT.</summary>
    public IntrospectionOptions Introspection { get; set; } = new();

    public IReadOnlyList<string> Types => ValidTypes ?? AccessTokenTypes;

    public IReadOnlyList<string> Algorithms => ValidAlgorithms ?? KnownAlgorithms;

    public IReadOnlyList<string> ScopeNames => ScopeClaims ?? StandardScopeClaims;
}

/// <summary>How tokens that are no JWT are checked (RFC 7662).</summary>
internal sealed class IntrospectionOptions
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
