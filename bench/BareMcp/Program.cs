// What the C# SDK costs by itself: its stateless Streamable HTTP transport and server behind Kestrel, and two tools
// written by hand, without telemetry, validation, limits or a catalog. `get_order` calls the API, or with a connection
// string reads the order itself, by the floor's prepared statement; `constant` calls nothing, so that what it allocates is
// the SDK's and Kestrel's alone.
using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.Bench.Floor;

var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { Args = args });
builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(int.Parse(args[0])));
var app = builder.Build();

var client = new HttpClient { BaseAddress = new Uri(args[1]) };
await using var orders = Environment.GetEnvironmentVariable("ConnectionStrings__ordersdb") is { } database ? new OrderReader(database) : null;
var messages = (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));
var sample = await File.ReadAllTextAsync(args[2]);
var schema = JsonElement.Parse("""{"type":"object","properties":{"orderId":{"type":"integer"}},"required":["orderId"]}""");
var options = new McpServerOptions
{
    ServerInfo = new Implementation { Name = "bare", Version = "1.0.0" },
    ScopeRequests = false,
    Handlers = new McpServerHandlers
    {
        ListToolsHandler = (_, _) => ValueTask.FromResult(new ListToolsResult
        {
            Tools = [new Tool { Name = "get_order", InputSchema = schema }, new Tool { Name = "constant", InputSchema = schema }],
        }),
        CallToolHandler = async (request, cancellationToken) => Result(request.Params!.Name == "constant"
            ? sample
            : await ReadAsync(request.Params.Arguments!["orderId"].GetInt64(), cancellationToken)),
    },
};

app.Run(async context =>
{
    if (!HttpMethods.IsPost(context.Request.Method))
    {
        return; // "/health"
    }

    var message = (await JsonSerializer.DeserializeAsync(context.Request.Body, messages, context.RequestAborted))!;
    var version = context.Request.Headers["MCP-Protocol-Version"].ToString();
    message.Context = new JsonRpcMessageContext { ProtocolVersion = version.Length > 0 ? version : null };
    context.Response.ContentType = "text/event-stream";
    await using var transport = new StreamableHttpServerTransport { Stateless = true };
    await using var server = McpServer.Create(transport, options, loggerFactory: null, context.RequestServices);
    var running = server.RunAsync(context.RequestAborted);
    await transport.HandlePostRequestAsync(message, context.Response.Body, context.RequestAborted);
    await transport.DisposeAsync();
    await running;
});
await app.RunAsync();

async ValueTask<string> ReadAsync(long orderId, CancellationToken cancellationToken)
{
    if (orders is null)
    {
        return await client.GetStringAsync($"/orders/{orderId}", cancellationToken);
    }

    var json = new ArrayBufferWriter<byte>(1024);
    await orders.ReadAsync(orderId, json, cancellationToken);
    return Encoding.UTF8.GetString(json.WrittenSpan);
}

static CallToolResult Result(string order) => new()
{
    Content = [new TextContentBlock { Text = order }],
    StructuredContent = JsonElement.Parse(order),
};
