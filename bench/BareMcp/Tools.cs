using System.Buffers;
using System.ComponentModel;
using System.Text;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.Bench.Floor;

namespace OrdersMcp.Bench.BareMcp;

internal sealed record Sample(string Order);

[McpServerToolType]
internal sealed class ApiTools(HttpClient api, Sample sample)
{
    [McpServerTool(Name = "get_order"), Description("Returns an order.")]
    public async Task<CallToolResult> GetOrderAsync(long orderId, CancellationToken cancellationToken) =>
        Results.Of(await api.GetStringAsync($"/orders/{orderId}", cancellationToken));

    [McpServerTool(Name = "constant"), Description("Returns always the same order.")]
    public CallToolResult GetConstant() => Results.Of(sample.Order);
}

[McpServerToolType]
internal sealed class DatabaseTools(OrderReader orders)
{
    [McpServerTool(Name = "get_order"), Description("Returns an order.")]
    public async Task<CallToolResult> GetOrderAsync(long orderId, CancellationToken cancellationToken)
    {
        var json = new ArrayBufferWriter<byte>(1024);
        await orders.ReadAsync(orderId, json, cancellationToken);
        return Results.Of(Encoding.UTF8.GetString(json.WrittenSpan));
    }
}

internal static class Results
{
    public static CallToolResult Of(string order) => new()
    {
        Content = [new TextContentBlock { Text = order }],
        StructuredContent = JsonElement.Parse(order),
    };
}
