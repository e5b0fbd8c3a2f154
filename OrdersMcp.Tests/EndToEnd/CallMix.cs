using System.Text.Json.Nodes;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>Calls of every tool, and calls that fail for every cause within the control of a client.</summary>
internal static class CallMix
{
    /// <summary>Every tool that reads.</summary>
    public static readonly (string Tool, JsonObject Arguments)[] Readings =
    [
        ("get_order", new() { ["orderId"] = 1 }),
        ("get_order_history", new() { ["orderId"] = 1 }),
        ("get_order_statistics", new() { ["groupBy"] = "status" }),
        ("get_product", new() { ["sku"] = "LAP-14" }),
        ("get_customer", new() { ["customerId"] = "1234" }),
        ("list_orders", new() { ["limit"] = 2 }),
        ("search_customers", new() { ["q"] = "Alice" }),
        ("search_products", new() { ["q"] = "laptop" }),
    ];

    private static readonly (string Tool, JsonObject Arguments, Expected Expected)[] Failures =
    [
        ("get_order", [], new("invalid_arguments", Reach.Server)),
        ("get_order", new() { ["orderId"] = 0 }, new("invalid_arguments", Reach.Server)),
        ("get_product", new() { ["sku"] = "lower case" }, new("invalid_arguments", Reach.Server)),
        ("list_orders", new() { ["cursor"] = "made up" }, new("invalid_arguments", Reach.Api)),
        ("get_order", new() { ["orderId"] = 999_999 }, new("not_found")),
        ("get_product", new() { ["sku"] = "NO-SUCH" }, new("not_found")),
        ("start_processing_order", new() { ["orderId"] = 1 }, new("conflict")),
        ("add_order_note", new() { ["orderId"] = 1, ["note"] = "Late.", ["If-Match"] = "\"999\"" }, new("conflict")),
        ("create_order", Order(10_000), new("conflict")),
        ("no_such_tool", [], new("not_found", Reach.Server) { ErrorType = "-32602", HasResult = false }),
    ];

    /// <summary>Every tool, and every failure.</summary>
    public static async Task MakeAsync(ToolCaller caller)
    {
        foreach (var (tool, arguments) in Readings)
        {
            await caller.CallAsync(tool, arguments, Expected.Ok);
        }

        await caller.CallAsync("export_orders", new JsonObject { ["status"] = "shipped" }, Expected.Ok);
        foreach (var (tool, arguments, expected) in Failures)
        {
            await caller.CallAsync(tool, arguments, expected);
        }

        await LeadThroughAsync(caller);
        await CancelWithTheArgumentAsync(caller);
        await RepeatAsync(caller);
    }

    /// <summary>A question to a person, declined and agreed to: the call is repeated with the answer.</summary>
    public static async Task AskAsync(ToolCaller caller)
    {
        var arguments = new JsonObject { ["orderId"] = await PlaceAsync(caller), ["reason"] = "Ordered twice." };
        foreach (var (confirm, expected) in new[] { (false, new Expected("declined", Reach.Server)), (true, Expected.Ok) })
        {
            var (first, asked) = await caller.CallTracedAsync(
                "cancel_order", arguments, new Expected("confirmation_required") { ErrorType = null, HasResult = false }, more: []);
            await caller.CallAsync("cancel_order", arguments, expected, new JsonObject
            {
                ["requestState"] = asked["result"]!["requestState"]!.DeepClone(),
                ["inputResponses"] = new JsonObject
                {
                    ["confirm"] = new JsonObject { ["action"] = "accept", ["content"] = new JsonObject { ["confirm"] = confirm } },
                },
            }, first);
        }
    }

    private static async Task LeadThroughAsync(ToolCaller caller)
    {
        var order = await PlaceAsync(caller);
        await caller.CallAsync("add_order_note", new JsonObject { ["orderId"] = order, ["note"] = "Ring twice." }, Expected.Ok);
        await caller.CallAsync("start_processing_order", new JsonObject { ["orderId"] = order }, Expected.Ok);
        await caller.CallAsync("ship_order", new JsonObject { ["orderId"] = order, ["carrier"] = "UPS", ["trackingNumber"] = "1Z999" }, Expected.Ok);
        await caller.CallAsync("deliver_order", new JsonObject { ["orderId"] = order }, Expected.Ok);
    }

    private static async Task CancelWithTheArgumentAsync(ToolCaller caller)
    {
        var arguments = new JsonObject { ["orderId"] = await PlaceAsync(caller), ["reason"] = "Ordered twice." };
        await caller.CallAsync("cancel_order", arguments, new Expected("confirmation_required"));
        arguments["confirmOrderId"] = arguments["orderId"]!.DeepClone();
        await caller.CallAsync("cancel_order", arguments, Expected.Ok);
    }

    private static async Task RepeatAsync(ToolCaller caller)
    {
        var arguments = Order(1);
        arguments["idempotencyKey"] = Guid.NewGuid().ToString();
        await caller.CallAsync("create_order", arguments, Expected.Ok);
        await caller.CallAsync("create_order", arguments, Expected.Ok with { IsReplay = true });
    }

    private static async Task<long> PlaceAsync(ToolCaller caller)
    {
        var answer = await caller.CallAsync("create_order", Order(1), Expected.Ok);
        return answer["result"]?["structuredContent"]?["id"]?.GetValue<long>() ?? throw new InvalidOperationException(answer.ToJsonString());
    }

    public static JsonObject Order(int quantity) => new()
    {
        ["customerId"] = 1234,
        ["lines"] = new JsonArray(new JsonObject { ["sku"] = "LAP-14", ["quantity"] = quantity }),
    };
}
