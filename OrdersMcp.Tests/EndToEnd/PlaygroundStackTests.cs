using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>The playground in the running stack: what each caller may do, and one trace from the question to the SQL.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Stack")]
public sealed class PlaygroundStackTests(SharedStack shared)
{
    private static readonly HttpClient Http = OutsideClient.Shared;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Playground => shared.Stack.Playground.Url;

    [Fact]
    public async Task Question_is_one_trace_from_the_request_over_model_and_tool_to_the_sql()
    {
        using var dashboard = new Dashboard(shared.Dashboard);

        using var response = await Http.PostAsJsonAsync(
            $"{Playground}/chat/stream",
            new { messages = new[] { new { role = "user", parts = new[] { new { type = "text", text = "Show order 2" } } } } },
            Cancellation);
        var events = await response.Content.ReadAsStringAsync(Cancellation);

        var start = JsonNode.Parse(events.Split('\n').First(line => line.StartsWith("data: ", StringComparison.Ordinal))["data: ".Length..])!;
        var trace = start["traceId"]!.ToString();
        Assert.Equal($"{shared.Dashboard.Url}/traces/detail/{trace}", start["traceUrl"]!.ToString());
        Assert.Contains("Please leave the parcel with the neighbour.", events, StringComparison.Ordinal);
        var spans = (await dashboard.SpansAsync(
            all => all.Any(span => span.TraceId == trace && span.Name == "POST /chat/stream") && all.Any(span => span.TraceId == trace && span.Attributes.ContainsKey("db.query.text"))
                ? null
                : "The trace is not complete.",
            TimeSpan.FromSeconds(20))).Where(span => span.TraceId == trace).ToArray();

        Assert.Equal(["api", "mcp", "playground"], spans.Select(span => span.Service).Distinct().Order());
        var request = spans.Single(span => span.Name == "POST /chat/stream");
        var agent = spans.Single(span => span.ParentId == request.Id && span.Name == "invoke_agent playground");
        Assert.Equal(2, spans.Count(span => span.ParentId == agent.Id && span.Name == "chat scripted-rules"));
        var call = spans.Single(span => span.ParentId == agent.Id && span.Name == "execute_tool get_order");
        Assert.Equal(("playground", "execute_tool", "get_order"), (call.Service, call.Attributes["gen_ai.operation.name"], call.Attributes["gen_ai.tool.name"]));
        var sql = spans.First(span => span.Attributes.GetValueOrDefault("db.query.text")?.Contains("FROM orders", StringComparison.Ordinal) is true);
        Assert.Contains(call, WayUp(sql, spans));
        Assert.Contains(spans, span => span is { Service: "mcp", Kind: 2, Name: "tools/call get_order" } && WayUp(sql, spans).Contains(span));
        Assert.DoesNotContain(spans, span => span.Attributes.Values.Any(value => value.Contains("neighbour", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Callers_may_do_different_things()
    {
        var (all, reading) = (await ToolsAsync("read-write"), await ToolsAsync("read-only"));

        Assert.Contains("create_order", all);
        Assert.Contains("get_order", reading);
        Assert.DoesNotContain("create_order", reading);
        Assert.Equal("Bob Smith", (await OrderAsync("read-only", 2))["structured"]!["customer"]!["name"]!.ToString());
        Assert.Equal("Alice Johnson", (await OrderAsync("customer", 1))["structured"]!["customer"]!["name"]!.ToString());
        Assert.True((bool)(await OrderAsync("customer", 2))["isError"]!);
    }

    [Fact]
    public async Task Its_keys_do_not_close_the_mcp_server_to_this_machine()
    {
        var answer = await Messages.CallAsync(new Uri(shared.Stack.Mcp.Endpoint), "get_order", new JsonObject { ["orderId"] = 1 }, []);

        Assert.NotNull(answer["result"]);
    }

    [Fact]
    public async Task App_is_served_for_a_frame_with_a_policy_of_its_own()
    {
        using var response = await Http.GetAsync($"{Playground}/apps/frame?uri=ui://orders/order-card&caller=read-only", Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith("sandbox allow-scripts;", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("<title>Order card</title>", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    private static List<Span> WayUp(Span span, Span[] all)
    {
        var way = new List<Span>();
        for (var each = span; each is not null; each = all.FirstOrDefault(parent => parent.Id == each.ParentId))
        {
            way.Add(each);
        }

        return way;
    }

    private async Task<string[]> ToolsAsync(string caller) =>
        [.. (await Http.GetFromJsonAsync<JsonObject>($"{Playground}/tools?caller={caller}", Cancellation))!["tools"]!.AsArray().Select(tool => tool!["name"]!.ToString())];

    private async Task<JsonNode> OrderAsync(string caller, int orderId)
    {
        using var response = await Http.PostAsJsonAsync($"{Playground}/mcp/get_order?caller={caller}", new { orderId }, Cancellation);
        return (await response.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!;
    }
}
