// The picture of the system. It is run with Aspire where a container engine is, and is what `azd up`, `aspire deploy`
// and `aspire publish` publish. Where there is no engine, Embedded/ runs the same stack as processes.
using OrdersMcp.AppHost.Deployment;
using OrdersMcp.AppHost.Resources;

var builder = DistributedApplication.CreateBuilder(args);

var target = builder.AddDeploymentTarget();

var ordersdb = builder.AddOrdersDatabase(target);

var api = builder.AddProject<Projects.OrdersMcp_Api>("api")
    .WithOrdersDatabase(ordersdb, target)
    .WithIconName("ReceiptBag")
    .WithHealth()
    .WithLink("/swagger", "Swagger")
    .WithDemoDataCommand()
    .WithSeedCommand(ordersdb)
    .WithoutForwardedHeaders(target)
    .WithScale(target, cpu: 0.5, memory: "1Gi", minimum: 1, maximum: 3, concurrentRequests: 50);

var mcp = builder.AddProject<Projects.OrdersMcp_McpServer>("mcp")
    .WithReference(api)
    .WaitFor(api)
    .WithExternalHttpEndpoints()
    .WithIconName("BotSparkle")
    .WithHealth()
    .WithMcpServer("/mcp")
    .WithSigningKey()
    .WithCallers()
    .WithServiceCredentialFor(api)
    .WithLink("/mcp", "MCP endpoint")
    .WithUrl("https://modelcontextprotocol.io/specification", "MCP specification")
    .WithRefreshCatalogCommand()
    .WithReplayCommand(api)
    .WithCreateApiKeyCommand()
    .WithClientConfigurationCommand()
    .WithReplicasOfConfiguration()
    .WithTrustedProxy(target)
    .WithScale(target, cpu: 0.5, memory: "1Gi", minimum: 1, maximum: 10, concurrentRequests: 40);

builder.AddInspector("inspector", mcp);

await builder.Build().RunAsync();
