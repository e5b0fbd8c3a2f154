namespace OrdersMcp.AppHost.Resources;

/// <summary>Who may call the MCP server, and how it says to the API who it is.</summary>
internal static class Credentials
{
    /// <summary>What the replicas of the MCP server sign their cursors and request states with.</summary>
    public static IResourceBuilder<ProjectResource> WithSigningKey(this IResourceBuilder<ProjectResource> mcp) =>
        mcp.WithEnvironment("Mcp__SigningKey", mcp.ApplicationBuilder.AddSecret("mcp-signing-key"));

    /// <summary>
    /// The issuer of access tokens and the audience that they must name, or the hash of an API key; each where it is
    /// set. Without any, the server starts in Development only.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithCallers(this IResourceBuilder<ProjectResource> mcp)
    {
        var builder = mcp.ApplicationBuilder;
        if (builder.AddOptionalParameter("oauth-issuer") is { } issuer)
        {
            mcp.WithEnvironment("Authentication__Schemes__Bearer__Authority", issuer);
        }

        if (builder.AddOptionalParameter("oauth-audience") is { } audience)
        {
            mcp.WithEnvironment("Authentication__Schemes__Bearer__ValidAudiences__0", audience)
                .WithEnvironment("Authentication__Resource", audience);
        }

        if (builder.AddOptionalParameter("api-key-hash", secret: true) is { } hash)
        {
            mcp.WithEnvironment("Authentication__ApiKeys__0__Name", "agent")
                .WithEnvironment("Authentication__ApiKeys__0__Hash", hash)
                .WithEnvironment("Authentication__ApiKeys__0__Scopes__0", "orders.read")
                .WithEnvironment("Authentication__ApiKeys__0__Scopes__1", "orders.write");
        }

        return mcp;
    }

    /// <summary>
    /// The key that the MCP server calls the API with, where both are deployed. In development the API is open to this
    /// machine, so that a browser and curl can look at it.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithServiceCredentialFor(
        this IResourceBuilder<ProjectResource> mcp, IResourceBuilder<ProjectResource> api)
    {
        if (mcp.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            var key = mcp.ApplicationBuilder.AddSecret("service-key");
            api.WithEnvironment("Authentication__ServiceKey", key);
            mcp.WithEnvironment("Mcp__Apis__0__ApiKey", key);
        }

        return mcp;
    }
}
