// The picture of the system. It is run with Aspire where a container engine is, and is what azd and `aspire deploy`
// publish. Where there is no engine, Embedded/ runs the same stack as processes.
var builder = DistributedApplication.CreateBuilder(args);

var ordersdb = builder.AddPostgres("postgres")
    .WithDataVolume()
    .AddDatabase("ordersdb");

// The MCP server's own credential at the API; with it the server says on whose behalf it calls.
var serviceKey = builder.AddParameter("service-key",
    new GenerateParameterDefault { MinLength = 48, Special = false }, secret: true);

var api = builder.AddProject<Projects.OrdersMcp_Api>("api")
    .WithReference(ordersdb)
    .WithEnvironment("Authentication__ServiceKey", serviceKey)
    .WaitFor(ordersdb)
    .WithHttpHealthCheck("/health")
    .WithUrlForEndpoint("http", _ => new() { Url = "/swagger", DisplayText = "Swagger" });

var mcp = builder.AddProject<Projects.OrdersMcp_McpServer>("mcp")
    .WithReference(api)
    .WithEnvironment("Mcp__Apis__0__ApiKey", serviceKey)
    .WaitFor(api)
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithUrlForEndpoint("http", _ => new() { Url = "/mcp", DisplayText = "MCP endpoint" });

// A developer's tool: it is not deployed.
if (builder.ExecutionContext.IsRunMode)
{
    var inspectorToken = builder.AddParameter("inspector-token",
        new GenerateParameterDefault { MinLength = 32, Special = false }, secret: true);

    builder.AddContainer("inspector", "ghcr.io/modelcontextprotocol/inspector", "2.12.0")
        .WithHttpEndpoint(port: 6274, targetPort: 6274)
        .WithHttpHealthCheck("/healthz")
        .WithEnvironment("HOST", "0.0.0.0")
        .WithEnvironment("DANGEROUSLY_BIND_ALL_INTERFACES", "true")
        .WithEnvironment("MCP_AUTO_OPEN_ENABLED", "false")
        .WithEnvironment("MCP_INSPECTOR_API_TOKEN", inspectorToken)
        .WithReference(mcp)
        .WaitFor(mcp)
        .WithEnvironment("MCP_CATALOG_PATH", "/ordersmcp/mcp.json")
        .WithContainerFiles("/ordersmcp", async (_, cancellation) =>
        {
            // The Inspector's server connects, not the browser: this is the address as its container sees it. It is
            // known only when the container is created, after the URLs on the dashboard: hence no deep link here.
            var server = await mcp.GetEndpoint("http", KnownNetworkIdentifiers.DefaultAspireContainerNetwork)
                .GetValueAsync(cancellation);
            return
            [
                new ContainerFile
                {
                    Name = "mcp.json",
                    Contents = $$"""
                        { "mcpServers": { "orders": {
                            "type": "streamable-http", "url": "{{server}}/mcp", "protocolEra": "auto" } } }
                        """,
                },
            ];
        })
        .WithUrlForEndpoint("http", url => url.DisplayText = "Inspector");
}

await builder.Build().RunAsync();
