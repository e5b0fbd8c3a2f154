// The picture of the system. It is run with Aspire where a container engine is, and is what azd and `aspire deploy`
// publish. Where there is no engine, Embedded/ runs the same stack as processes.
var builder = DistributedApplication.CreateBuilder(args);

var ordersdb = builder.AddPostgres("postgres")
    .WithDataVolume()
    .AddDatabase("ordersdb");

var api = builder.AddProject<Projects.OrdersMcp_Api>("api")
    .WithReference(ordersdb)
    .WaitFor(ordersdb)
    .WithHttpHealthCheck("/health")
    .WithUrlForEndpoint("http", _ => new() { Url = "/swagger", DisplayText = "Swagger" });

var mcp = builder.AddProject<Projects.OrdersMcp_McpServer>("mcp")
    .WithReference(api)
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
        .WithUrls(async context =>
        {
            // The Inspector's server connects, not the browser: this is the address as its container sees it.
            var fromContainer = new ValueProviderContext
            {
                ExecutionContext = context.ExecutionContext,
                Caller = context.Resource,
                Network = KnownNetworkIdentifiers.DefaultAspireContainerNetwork,
            };
            var server = await mcp.GetEndpoint("http").GetValueAsync(fromContainer, context.CancellationToken);
            var token = await inspectorToken.Resource.GetValueAsync(context.CancellationToken);
            context.Urls.Add(new()
            {
                Url = $"{context.GetEndpoint("http")?.Url}/?serverUrl={Uri.EscapeDataString($"{server}/mcp")}"
                    + $"&transport=http&autoConnect={token}",
                DisplayText = "Inspector, connected",
            });
        });
}

await builder.Build().RunAsync();
