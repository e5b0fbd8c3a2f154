namespace OrdersMcp.McpServer.Configuration;

/// <summary>The client of an authorization server by which the server gets access tokens for an API (RFC 6749, section 4.4).</summary>
public sealed class OAuthOptions
{
    /// <summary>The token endpoint.</summary>
    public string TokenUrl { get; set; } = "";

    public string ClientId { get; set; } = "";

    /// <summary>A secret: never logged, and removed from answers.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>The scopes that are asked for; those of the client unless set.</summary>
    public List<string> Scopes { get; set; } = [];

    /// <summary>The API that the token is for, where the authorization server asks for it (<c>audience</c>).</summary>
    public string? Audience { get; set; }

    /// <summary>
    /// Whether a caller's access token is exchanged for one of the API (RFC 8693), so that the API knows its user and never
    /// sees the token that was meant for this server. A caller without one is refused.
    /// </summary>
    public bool Exchange { get; set; }
}
