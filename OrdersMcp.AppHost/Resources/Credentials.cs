namespace OrdersMcp.AppHost.Resources;

/// <summary>Who may call the MCP server, and how it says to the API who it is.</summary>
internal static class Credentials
{
    /// <summary>What the replicas of the MCP server sign their cursors and request states with.</summary>
    public static IResourceBuilder<ProjectResource> WithSigningKey(this IResourceBuilder<ProjectResource> mcp) =>
        mcp.WithEnvironment("Mcp__SigningKey", mcp.ApplicationBuilder.AddSecret("mcp-signing-key"));

    /// <summary>
    /// The issuer of access tokens, the audience that they must name and this server's address, or the hash of an API
    /// key; each where it is set. Without an issuer or a key, the server starts in Development only.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithCallers(this IResourceBuilder<ProjectResource> mcp)
    {
        var builder = mcp.ApplicationBuilder;
        if (builder.AddOptionalParameter("oauth-issuer") is { } issuer)
        {
            mcp.WithEnvironment("Authentication__Schemes__Bearer__Authority", issuer);
        }

        var audience = builder.AddOptionalParameter("oauth-audience");
        if (audience is not null)
        {
            mcp.WithEnvironment("Authentication__Schemes__Bearer__ValidAudiences__0", audience);
        }

        // The audience is this server's address, unless the issuer knows it by another name (Entra ID: an id).
        if ((builder.AddOptionalParameter("oauth-resource") ?? audience) is { } resource)
        {
            mcp.WithEnvironment("Authentication__Resource", resource);
        }

        if (builder.AddOptionalParameter("api-key-hash", secret: true) is { } hash)
        {
            mcp.WithEnvironment("Authentication__ApiKeys__0__Name", "agent")
                .WithEnvironment("Authentication__ApiKeys__0__Hash", hash);
            foreach (var (i, scope) in builder.Words("api-key-scopes", "orders.read").Index())
            {
                mcp.WithEnvironment($"Authentication__ApiKeys__0__Scopes__{i}", scope);
            }
        }

        return mcp;
    }

    /// <summary>
    /// The key that the MCP server calls the API with, and says on whose behalf: in development new in each run. There the
    /// API stays open to this machine besides, so that a browser and curl can look at it.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithServiceCredentialFor(
        this IResourceBuilder<ProjectResource> mcp, IResourceBuilder<ProjectResource> api)
    {
        var key = mcp.ApplicationBuilder.AddSecret("service-key");
        api.WithEnvironment("Authentication__ServiceKey", key);
        return mcp.WithEnvironment("Mcp__Apis__0__ApiKey", key);
    }
}
