using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Http;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Operations.Arguments;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Operations.Results;

namespace OrdersMcp.MicroBench;

/// <summary>What of ours a tool call goes through, step by step and as a whole, without network.</summary>
public class CallBenchmarks
{
    private const string CreateArguments =
        """{"customerId":1234,"lines":[{"sku":"LAP-14","quantity":1},{"sku":"CAB-UC","quantity":2}],"note":"Please ring twice."}""";

    private readonly OrdersDocument _orders = new(OrdersDocument.Order);
    private readonly ToolCall _get = OrdersDocument.Call("""{"orderId":1}""");
    private readonly ToolCall _create = OrdersDocument.Call(CreateArguments);
    private OperationTool _getOrder = null!;
    private OperationTool _createOrder = null!;
    private ArgumentSchema _getSchema = null!;
    private ArgumentSchema _createSchema = null!;
    private RequestTemplate _getRequest = null!;
    private RequestTemplate _createRequest = null!;
    private ResponseReader _reader = null!;
    private HeaderDictionary _headers = null!;
    private byte[] _message = null!;

    [GlobalSetup]
    public void SetUp()
    {
        (_getOrder, _createOrder) = (_orders.Tool("get_order"), _orders.Tool("create_order"));
        (_getSchema, _createSchema) = (Schema("get_order"), Schema("create_order"));
        (_getRequest, _createRequest) = (Request("get_order"), Request("create_order"));
        var output = ToolOutput.Of(_orders.Document, _orders.Operation("get_order"), OutputSchemas.Full, _ => { });
        _reader = new ResponseReader(
            output, new AnsweredOperation("get_order", "GET", IsSafe: true), _orders.Endpoint, new ToolErrors(_orders.Endpoint, "GET"), budget: 32 * 1024);
        _headers = new HeaderDictionary
        {
            ["MCP-Protocol-Version"] = "2026-07-28",
            ["Mcp-Method"] = "tools/call",
            ["Mcp-Name"] = "get_order",
        };
        _message = Encoding.UTF8.GetBytes(
            """
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_order","arguments":{"orderId":1},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}
            """);
    }

    [Benchmark(Description = "message read by the SDK and checked")]
    public object? ReadAndCheck()
    {
        var message = JsonSerializer.Deserialize<JsonRpcMessage>(_message, McpJsonUtilities.ProtocolOptions)!;
        return MessageCheck.Check(_headers, message, _ => _getOrder.Definition);
    }

    [Benchmark(Description = "arguments checked: get_order")]
    public bool CheckGet() => _getSchema.Check(_get.Arguments).IsClean;

    [Benchmark(Description = "arguments checked: create_order")]
    public bool CheckCreate() => _createSchema.Check(_create.Arguments).IsClean;

    [Benchmark(Description = "request built: get_order")]
    public void BuildGet() => _getRequest.Build(_get.Arguments, idempotencyKey: null, new ArgumentReport())!.Dispose();

    [Benchmark(Description = "request built: create_order")]
    public void BuildCreate() => _createRequest.Build(_create.Arguments, "key", new ArgumentReport())!.Dispose();

    [Benchmark(Description = "result shaped: get_order")]
    public async Task<object> Shape()
    {
        using var response = _orders.Response();
        return await _reader.ReadAsync(response, key: null, CancellationToken.None, CancellationToken.None);
    }

    [Benchmark(Description = "whole call: get_order")]
    public async Task<object> Get() => await _getOrder.CallAsync(_get, CancellationToken.None);

    [Benchmark(Description = "whole call: create_order")]
    public async Task<object> Create() => await _createOrder.CallAsync(_create, CancellationToken.None);

    private ArgumentSchema Schema(string tool)
    {
        var input = ToolInput.Of(_orders.Document, _orders.Operation(tool), _ => { });
        return ArgumentSchema.Compile(_orders.Tool(tool).Definition.InputSchema, input.Nullable);
    }

    private RequestTemplate Request(string tool)
    {
        var operation = _orders.Operation(tool);
        return new RequestTemplate(operation, _orders.Endpoint.BaseAddress, ToolInput.Of(_orders.Document, operation, _ => { }));
    }
}
