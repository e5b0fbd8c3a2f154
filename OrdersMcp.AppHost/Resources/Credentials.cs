using Microsoft.Extensions.Hosting;

namespace OrdersMcp.AppHost.Resources;

/// <summary>Who may call the MCP server, and how the MCP server authenticates to the API.</summary>
internal static class Credentials
{
    /// <summary>The secret with which the replicas of the MCP server sign cursors and request states.</summary>
    public static IResourceBuilder<ProjectResource> WithSigningKey(this IResourceBuilder<ProjectResource> mcp) =>
        mcp.WithEnvironment("Mcp__SigningKey", mcp.ApplicationBuilder.AddSecret("mcp-signing-key"));

    /// <summary>
    /// Passes the issuer of access tokens, their audience and this server's address, or the hash of an API key, if set. Without
    /// an issuer or a key, the server starts only in Development.
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

        // The audience is this server's address, unless the issuer uses another name (Entra ID: an id).
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

            if (builder.ExecutionContext.IsRunMode && builder.Environment.IsDevelopment())
            {
                InspectorKey.Admit(mcp, index: 1);
            }
        }

        return mcp;
    }

    /// <summary>
    /// Gives the MCP server the key to call the API on behalf of its callers. In development the key is new in each run, and the
    /// API also stays open to this machine, for a browser and curl.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithServiceCredentialFor(
        this IResourceBuilder<ProjectResource> mcp, IResourceBuilder<ProjectResource> api)
    {
        var key = mcp.ApplicationBuilder.AddSecret("service-key");
        api.WithEnvironment("Authentication__ServiceKey", key);
        return mcp.WithEnvironment("Mcp__Apis__0__ApiKey", key);
    }
}
