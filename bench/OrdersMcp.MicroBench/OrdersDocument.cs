using System.Net;
using System.Text;
using System.Text.Json;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Confirmation;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Tasks;

namespace OrdersMcp.MicroBench;

/// <summary>The tools of the orders API's document, before an API that answers from memory.</summary>
internal sealed class OrdersDocument
{
    /// <summary>An order as <c>GET /orders/{orderId}</c> answers it.</summary>
    public static readonly byte[] Order = Encoding.UTF8.GetBytes(
        """
        {"id":1,"customer":{"id":1234,"name":"Alice Johnson"},"status":"shipped","lines":[{"sku":"LAP-14","name":"Laptop","quantity":1,"unitPrice":1299.00},{"sku":"CAB-UC","name":"USB-C cable","quantity":2,"unitPrice":19.00}],"currency":"USD","total":1337.00,"note":"Please ring twice.","carrier":"UPS","trackingNumber":"1Z999AA10123456784","placedAt":"2026-09-02T13:00:00+00:00","updatedAt":"2026-09-03T09:00:00+00:00","version":3}
        """);

    private readonly byte[] _answer;

    public OrdersDocument(byte[] answer, byte[]? document = null)
    {
        _answer = answer;
        var options = new ApiOptions { Name = "orders", Document = "http://api.internal/openapi/v1.json", BaseAddress = "http://api.internal", ExcludeTags = ["admin"], OutputSchemas = OutputSchemas.Full };
        Endpoint = new ApiEndpoint(options, options.BaseAddress, new HttpClient(new Memory(this)));
        var parsed = ApiDocument.Parse(document ?? Bytes);
        Operations = [.. parsed.ReadOperations((_, _) => { })];
        Document = parsed;
        Tools = new ToolBuilder(options, "Mcp:Apis:0", _ => Endpoint, resultByteBudget: 32 * 1024)
        {
            Planners = [new ConfirmationPlanner(), new JobPlanner()],
        }.Build(parsed).Tools;
    }

    /// <summary>The document as the API gave it.</summary>
    public static byte[] Bytes { get; } = Read();

    public ApiDocument Document { get; }

    public ApiEndpoint Endpoint { get; }

    public IReadOnlyList<ApiOperation> Operations { get; }

    public IReadOnlyList<OperationTool> Tools { get; }

    public OperationTool Tool(string name) => Tools.First(tool => tool.Definition.Name == name);

    public ApiOperation Operation(string id) => Operations.First(operation => operation.Id == id);

    public static ToolCall Call(string arguments) => new(JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(arguments)!, new IdempotencyKey("key", IsDerived: true), Caller.Server);

    public HttpResponseMessage Response()
    {
        var content = new ByteArrayContent(_answer);
        content.Headers.ContentType = new("application/json");
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    }

    private static byte[] Read()
    {
        using var stream = typeof(OrdersDocument).Assembly.GetManifestResourceStream("orders.openapi.json")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>The API.</summary>
    private sealed class Memory(OrdersDocument orders) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(orders.Response());
    }
}
