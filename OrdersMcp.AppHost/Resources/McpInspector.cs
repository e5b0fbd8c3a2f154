using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.AppHost.Local;

namespace OrdersMcp.AppHost.Resources;

/// <summary>The MCP Inspector, a tool for developers. It is not published.</summary>
internal static class McpInspector
{
    private const int Port = 6274;

    /// <summary>The name of the MCP server in the Inspector's list.</summary>
    private const string Server = "orders";

    /// <summary>
    /// Adds the Inspector, whose page needs a token. It is a container, or a Node process if no container engine runs. The
    /// Inspector's server connects to the MCP server, not the browser.
    /// </summary>
    public static void AddInspector(this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ProjectResource> mcp)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return;
        }

        var token = builder.AddSecret($"{name}-token");
        if (builder.UsesContainers())
        {
            builder.AddInspectorContainer(name).Inspects(mcp, token, KnownNetworkIdentifiers.DefaultAspireContainerNetwork);
        }
        else
        {
            builder.AddInspectorProcess(name, mcp).Inspects(mcp, token, KnownNetworkIdentifiers.LocalhostNetwork);
        }
    }

    private static IResourceBuilder<ContainerResource> AddInspectorContainer(this IDistributedApplicationBuilder builder, string name)
    {
        var inspector = builder.AddContainer(name, "ghcr.io/modelcontextprotocol/inspector", "2.12.0")
            .WithHttpEndpoint(targetPort: Port)
            .WithFixedPort("Inspector", Port)
            .WithEnvironment("HOST", "0.0.0.0")
            .WithEnvironment("DANGEROUSLY_BIND_ALL_INTERFACES", "true"); // inside the container; the published port is on loopback

        // The browser opens the page at an address of this machine, which the Inspector does not know.
        return inspector.WithEnvironment(
            "ALLOWED_ORIGINS", inspector.GetEndpoint("http", KnownNetworkIdentifiers.LocalhostNetwork));
    }

    private static IResourceBuilder<ExecutableResource> AddInspectorProcess(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ProjectResource> mcp)
    {
        var run = builder.LocalRun();
        var catalog = Path.Combine(run.Data.Inspector, "mcp.json");
        InspectorProgram? program = null;
        return builder.AddExecutable(name, "/bin/sh", "/")
            .WithArgs(context =>
            {
                // The path of the program is known only after its installation, when the command is already fixed. So a shell runs
                // first and replaces itself with the program.
                foreach (var argument in new[] { "-c", "exec \"$@\"", "sh", program!.Node, program.Script, "--web", "--catalog", catalog })
                {
                    context.Args.Add(argument);
                }
            })
            .WithHttpEndpoint(name: "http", env: "CLIENT_PORT", isProxied: false)
            .WithFixedPort("Inspector", Port)
            .WithEnvironment("HOST", "localhost")
            .WithEnvironment("MCP_STORAGE_DIR", run.Data.Inspector)
            // Helper ports for MCP Apps: any free ports, so that two systems do not conflict.
            .WithEnvironment("MCP_SANDBOX_PORT", "0")
            .WithEnvironment("MCP_APP_ORIGIN_PORT", "0")
            .BeforeStart(async (report, cancellation) =>
            {
                run.Data.Claim();
                program = await InspectorProgram.FindAsync(run.Settings.CacheFolder, report.Say, cancellation);
                var server = await mcp.GetEndpoint("http").GetValueAsync(cancellation);
                await EnterServerAsync(catalog, $"{server}/mcp", InspectorKey.Of(mcp.Resource), cancellation);
            });
    }

    /// <summary>
    /// The query of the link. The process has the server in its catalog, with a name and a key. The container has no catalog,
    /// so its link contains the server's URL, and the Inspector names the server <c>deep-link</c>.
    /// </summary>
    private static async Task<string> LinkAsync(
        IResourceBuilder<ProjectResource> mcp, NetworkIdentifier network, string? secret, CancellationToken cancellation) =>
        network == KnownNetworkIdentifiers.LocalhostNetwork
            ? $"MCP_INSPECTOR_API_TOKEN={secret}"
            : $"serverUrl={Uri.EscapeDataString($"{await mcp.GetEndpoint("http", network).GetValueAsync(cancellation)}/mcp")}&transport=http&autoConnect={secret}";

    private static void Inspects<T>(
        this IResourceBuilder<T> inspector,
        IResourceBuilder<ProjectResource> mcp,
        IResourceBuilder<ParameterResource> token,
        NetworkIdentifier network)
        where T : IResourceWithEndpoints, IResourceWithEnvironment
    {
        var page = inspector.GetEndpoint("http");
        var link = new InspectorLink(async cancellation =>
        {
            var secret = await token.Resource.GetValueAsync(cancellation);
            return $"{page.Url.TrimEnd('/')}/?{await LinkAsync(mcp, network, secret, cancellation)}";
        });
        inspector
            .WithIconName("WindowDevTools")
            .WithReadiness("/healthz")
            .WithEnvironment("MCP_AUTO_OPEN_ENABLED", "false")
            .WithEnvironment("MCP_INSPECTOR_SECRET_STORE", "memory")
            .WithEnvironment("MCP_INSPECTOR_API_TOKEN", token)
            .WithReference(mcp)
            .WithUrlForEndpoint("http", url => url.DisplayText = "Inspector")
            .WithAnnotation(link)
            // The MCP server's address from inside a container is known only after the links were created.
            .OnResourceReady(async (resource, ready, cancellation) =>
            {
                var address = await link.MakeAsync(cancellation);
                await ready.Services.GetRequiredService<ResourceNotificationService>().PublishUpdateAsync(
                    resource, state => state with { Urls = [.. state.Urls.Select(url => url with { Url = address })] });
            });
    }

    /// <summary>Writes the MCP server of this run to the Inspector's catalog, and keeps the servers that the user added.</summary>
    private static async Task EnterServerAsync(string path, string endpoint, InspectorKey? key, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var catalog = new JsonObject();
        try
        {
            catalog = JsonNode.Parse(await File.ReadAllTextAsync(path, cancellation)) as JsonObject ?? catalog;
        }
        catch (Exception exception) when (exception is FileNotFoundException or JsonException)
        {
            // The first run, or an unreadable file.
        }

        var servers = catalog["mcpServers"] as JsonObject ?? [];
        servers.Remove("deep-link"); // written by earlier versions
        servers[Server] = new JsonObject { ["type"] = "streamable-http", ["url"] = endpoint, ["protocolEra"] = "auto" };
        if (key is not null)
        {
            servers[Server]!["headers"] = new JsonObject { ["X-API-Key"] = key.Text };
        }

        catalog["mcpServers"] = servers;
        DataFolder.WriteSecretFile(path, catalog.ToJsonString()); // it can contain a key
    }
}
