namespace OrdersMcp.OpenApiTools.Configuration;

/// <summary>The OAuth client that gets access tokens for an API (RFC 6749, section 4.4).</summary>
public sealed class OAuthOptions
{
    /// <summary>The token endpoint.</summary>
    public string TokenUrl { get; set; } = "";

    public string ClientId { get; set; } = "";

    /// <summary>A secret: never logged, and removed from answers.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>The requested scopes; those of the client unless set.</summary>
    public List<string> Scopes { get; set; } = [];

    /// <summary>The API that the token is for, if the authorization server requires it (<c>audience</c>).</summary>
    public string? Audience { get; set; }

    /// <summary>
    /// Whether the server exchanges a caller's access token for one of the API (RFC 8693). The API then knows its user, and
    /// never sees the token that was issued for this server. Callers without a token are refused.
    /// </summary>
    public bool Exchange { get; set; }
}
