using Microsoft.Extensions.DependencyInjection;

namespace OrdersMcp.AppHost.Resources;

/// <summary>The MCP Inspector, a developer's tool: it is not deployed.</summary>
internal static class McpInspector
{
    private const int Port = 6274;

    /// <summary>
    /// Adds the Inspector as a container, behind a token. Its server connects to the MCP server, not the browser: from
    /// the container to this machine through Aspire's tunnel.
    /// </summary>
    public static void AddInspector(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ProjectResource> mcp)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return;
        }

        var token = builder.AddParameter(
            $"{name}-token", new GenerateParameterDefault { MinLength = 32, Special = false }, secret: true);
        var inspector = builder.AddContainer(name, "ghcr.io/modelcontextprotocol/inspector", "2.12.0")
            .WithHttpEndpoint(builder.Setting($"{name}-port", Port), targetPort: Port)
            .WithIconName("WindowDevTools")
            .WithHttpHealthCheck("/healthz")
            .WithEnvironment("HOST", "0.0.0.0")
            .WithEnvironment("DANGEROUSLY_BIND_ALL_INTERFACES", "true") // the container's; the port is on loopback
            .WithEnvironment("MCP_AUTO_OPEN_ENABLED", "false")
            .WithEnvironment("MCP_INSPECTOR_SECRET_STORE", "memory")
            .WithEnvironment("MCP_INSPECTOR_API_TOKEN", token)
            .WithReference(mcp)
            .WaitFor(mcp)
            .WithUrlForEndpoint("http", url => url.DisplayText = "Inspector")
            .OnResourceReady((resource, ready, cancellation) =>
                ShowDeepLinkAsync(resource, mcp, token, ready.Services, cancellation));
        // The page is opened at the address on this machine, which the Inspector cannot know.
        inspector.WithEnvironment(
            "ALLOWED_ORIGINS", inspector.GetEndpoint("http", KnownNetworkIdentifiers.LocalhostNetwork));
    }

    /// <summary>
    /// Makes the link on the dashboard one that connects by itself. The MCP server's address, as the container sees it,
    /// is known only when the container runs, after the links were made: hence here.
    /// </summary>
    private static async Task ShowDeepLinkAsync(
        ContainerResource inspector,
        IResourceBuilder<ProjectResource> mcp,
        IResourceBuilder<ParameterResource> token,
        IServiceProvider services,
        CancellationToken cancellation)
    {
        var server = await mcp.GetEndpoint("http", KnownNetworkIdentifiers.DefaultAspireContainerNetwork)
            .GetValueAsync(cancellation);
        var secret = await token.Resource.GetValueAsync(cancellation);
        var notifications = services.GetRequiredService<ResourceNotificationService>();
        await notifications.PublishUpdateAsync(inspector, state => state with
        {
            Urls = [.. state.Urls.Select(url => url with { Url = DeepLink(url.Url, $"{server}/mcp", secret!) })],
        });
    }

    private static string DeepLink(string inspector, string endpoint, string token) =>
        $"{inspector.TrimEnd('/')}/?serverUrl={Uri.EscapeDataString(endpoint)}&transport=http&autoConnect={token}";
}
