using OrdersMcp.McpServer;
using OrdersMcp.McpServer.Audit;
using OrdersMcp.McpServer.Catalog;
using OrdersMcp.McpServer.Stdio;
using OrdersMcp.McpServer.Telemetry;
using OrdersMcp.ServiceDefaults;

if (StdioHost.IsAsked(args))
{
    await StdioHost.RunAsync(args);
    return 0;
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddMcpTelemetry();
builder.AddAudit();
builder.AddToolCatalog();
builder.Services.AddMcpServer(options => options.ServerInfo = ServerIdentity.Info)
    .WithHttpTransport(options => builder.Configuration.GetSection("Mcp").Bind(options))
    .WithCatalogTools();

var app = builder.Build();
if (ToolsCommand.IsAsked(args))
{
    return await new ToolsCommand(app.Services).RunAsync(args, Console.Out, Console.Error, CancellationToken.None);
}

if (ReplayCommand.IsAsked(args))
{
    return await new ReplayCommand(app.Services).RunAsync(args, Console.Out, Console.Error, CancellationToken.None);
}

app.MapMcp("/mcp");
app.MapDefaultEndpoints();
app.MapFallback(() => Results.Problem(
    statusCode: StatusCodes.Status404NotFound, detail: "There is nothing here. The MCP endpoint is /mcp."));
await app.RunAsync();
return 0;
