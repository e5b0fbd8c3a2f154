// The whole system, as it runs on a developer's machine. PostgreSQL, the Inspector and Redis are containers if a container
// engine runs, and otherwise processes (Local/).
using OrdersMcp.AppHost.Local;
using OrdersMcp.AppHost.Resources;

if (CommandLine.Answer(args) is { } exitCode)
{
    return exitCode;
}

var builder = DistributedApplication.CreateBuilder(CommandLine.ToSettings(args)).WithLocalRun();

var ordersdb = builder.AddOrdersDatabase("ordersdb");

var api = builder.AddProject<Projects.OrdersMcp_Api>("api")
    .AsBuilt()
    .WithFixedPort("Api", 5080)
    .WithReference(ordersdb)
    .WaitFor(ordersdb)
    .WithReadiness("/health")
    .WithIconName("ReceiptBag")
    .WithLinks("API", ("/swagger", "Swagger"))
    .WithDemoDataCommand()
    .WithSeedCommand(ordersdb)
    .WithStartOverCommand(ordersdb);

var mcp = builder.AddProject<Projects.OrdersMcp_McpServer>("mcp")
    .AsBuilt()
    .WithFixedPort("Mcp", 5090)
    .WithReference(api)
    .WithServiceCredentialFor(api)
    .WithSigningKey()
    .WithCallers()
    .WithJournal()
    .WithExternalHttpEndpoints()
    .WithReadiness("/health")
    .WithMcpServer("/mcp")
    .WithIconName("BotSparkle")
    .WithLinks("MCP server", ("/mcp", "MCP endpoint"))
    .WithRefreshCatalogCommand()
    .WithReplayCommand(api)
    .WithCreateApiKeyCommand()
    .WithClientConfigurationCommand();

builder.AddSharedLimits("limits", mcp);
builder.AddInspector("inspector", mcp);
builder.AddPlayground("playground", mcp);

return await builder.Build().RunToEndAsync();
