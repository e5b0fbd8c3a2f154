using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>A word in every text argument of every tool appears in no telemetry of the services, even after failures.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Stack")]
public sealed class CanaryTests(SharedStack shared)
{
    /// <summary>It fits the pattern of an SKU.</summary>
    private const string Canary = "CANARY7F3A";
    private const string Client = "singing-agent";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly HttpClient Http = OutsideClient.Shared;

    /// <summary>A few calls that meet a database failure. Reads are retried, so each takes seconds.</summary>
    private static readonly string[] Failing = ["get_customer", "search_customers", "create_order"];

    private Uri Endpoint => new(shared.Stack.Mcp.Endpoint);

    [Fact]
    public async Task Text_of_a_caller_is_in_no_trace_log_or_record()
    {
        using var dashboard = new Dashboard(shared.Dashboard);
        var order = (await CallAsync("create_order", CallMix.Order(1)))["result"]!["structuredContent"]!["id"]!;
        var texts = (await Messages.ListAsync(Endpoint)).SelectMany(TextsOf).ToArray();
        Assert.True(texts.Length > 20, $"There are {texts.Length} texts to write in.");
        foreach (var (tool, text) in texts)
        {
            await CallAsync(tool, Arguments(tool, text, order));
        }

        var failing = texts.Where(each => Failing.Contains(each.Tool)).ToArray();
        await using (await UnreadableTable.MakeAsync(shared.Stack.Postgres, "customers"))
        {
            foreach (var (tool, text) in failing)
            {
                await CallAsync(tool, Arguments(tool, text, order));
            }
        }

        // The telemetry contains the calls and failures, so the canary is not missing only because everything is.
        var calls = 1 + texts.Length + failing.Length;
        var spans = await dashboard.SpansAsync(
            spans => spans.Count(IsCall) is var seen && seen == calls ? null : $"{seen} of {calls} calls are there.", Patience);
        Assert.True(spans.Count(span => IsCall(span) && span.Attributes.GetValueOrDefault("error.type") == "internal") >= Failing.Length);
        var logs = await Until.NotNullAsync(
            async () => await dashboard.TextAsync("/api/telemetry/logs?limit=10000") is var text
                && text.Split($"called by {Client}").Length > calls && text.Contains("permission denied for table customers", StringComparison.Ordinal) ? text : null,
            Patience, "The logs are not there.");
        var audit = await Until.NotNullAsync(
            async () => await Http.GetStringAsync($"{shared.Stack.Api.Url}/admin/tool-calls?limit=200", TestContext.Current.CancellationToken) is var text
                && text.Split($"\"{Client}\"").Length > calls ? text : null,
            Patience, "The records are not there.");
        AssertSilent("logs", logs);
        AssertSilent("audit", audit);
        AssertSilent("traces", await dashboard.TextAsync("/api/telemetry/traces?limit=10000"));
        AssertSilent("console of the API", await shared.Stack.ConsoleAsync("api"));
        AssertSilent("console of the MCP server", await shared.Stack.ConsoleAsync("mcp"));
    }

    private static void AssertSilent(string signal, string text)
    {
        var at = text.IndexOf(Canary, StringComparison.OrdinalIgnoreCase);
        Assert.True(at < 0, at < 0 ? "" : $"{signal}: {text[Math.Max(0, at - 200)..Math.Min(text.Length, at + 50)]}");
    }

    private static bool IsCall(Span span) => span.Attributes.GetValueOrDefault("ordersmcp.client.name") == Client;

    private static IEnumerable<(string Tool, string Text)> TextsOf(JsonNode? tool) => tool!["inputSchema"]!["properties"]!.AsObject()
        .Where(property => property.Value!["type"] is JsonValue type && type.ToString() == "string"
            && property.Value["enum"] is null && property.Value["format"] is null)
        .Select(property => (tool["name"]!.ToString(), property.Key));

    private static JsonObject Arguments(string tool, string text, JsonNode order)
    {
        var arguments = tool switch
        {
            "create_order" => CallMix.Order(1),
            "add_order_note" => new JsonObject { ["note"] = "Ring twice." },
            "cancel_order" => new JsonObject { ["reason"] = "Ordered twice.", ["confirmOrderId"] = order.DeepClone() },
            "ship_order" => new JsonObject { ["carrier"] = "UPS", ["trackingNumber"] = "1Z999" },
            _ => [],
        };
        if (tool.EndsWith("_order", StringComparison.Ordinal) && tool != "create_order" || tool is "add_order_note" or "get_order_history")
        {
            arguments["orderId"] = order.DeepClone();
        }

        arguments[text] = text == "customerId" ? $"{Canary}@example.org" : Canary;
        return arguments;
    }

    private Task<JsonObject> CallAsync(string tool, JsonObject arguments) => Messages.CallAsync(
        Endpoint, tool, arguments,
        meta: new JsonObject { ["io.modelcontextprotocol/clientInfo"] = new JsonObject { ["name"] = Client, ["version"] = "1" } });
}
