using System.Net;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>What a user sees of the running stack.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Stack")]
public sealed class StackTests(SharedStack shared)
{
    private static readonly HttpClient Http = OutsideClient.Shared;

    private RunningStack Stack => shared.Stack;

    [Theory]
    [InlineData(1, "Laptop", "shipped", 1234, "Alice Johnson")]
    [InlineData(2, "Headphones", "processing", 2345, "Bob Smith")]
    public async Task Api_answers_the_orders_of_the_seed_data(int orderId, string item, string status, int customerId, string customer)
    {
        var order = JsonNode.Parse(await Http.GetStringAsync($"{Stack.Api.Url}/orders/{orderId}", TestContext.Current.CancellationToken))!;

        Assert.Equal(status, order["status"]!.ToString());
        Assert.Equal(item, order["lines"]![0]!["name"]!.ToString());
        Assert.Equal(customerId, (int)order["customer"]!["id"]!);
        Assert.Equal(customer, order["customer"]!["name"]!.ToString());
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("legacy")]
    [InlineData("modern")]
    public async Task Inspector_on_the_command_line_gets_the_order_as_structured_content(string era)
    {
        var rest = await Http.GetStringAsync($"{Stack.Api.Url}/orders/1", TestContext.Current.CancellationToken);

        var (exitCode, output) = await InspectorCommand.RunAsync(
            Stack.Mcp.Endpoint, era, "--method", "tools/call", "--tool-name", "get_order", "--tool-args-json", """{"orderId":1}""");

        Assert.True(exitCode == 0, output);
        var structured = JsonNode.Parse(output)!["structuredContent"];
        Assert.True(SameJson(JsonNode.Parse(rest), structured), output);
    }

    [Theory]
    [InlineData("auto", "resources/list", "orders://guide")]
    [InlineData("legacy", "prompts/list", "order_status_reply")]
    [InlineData("modern", "resources/templates/list", "orders://orders/{orderId}")]
    public async Task Inspector_on_the_command_line_lists_prompts_and_resources(string era, string method, string listed)
    {
        var (exitCode, output) = await InspectorCommand.RunAsync(Stack.Mcp.Endpoint, era, "--method", method);

        Assert.True(exitCode == 0, output);
        Assert.Contains($"\"{listed}\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspector_on_the_command_line_says_that_an_order_is_unknown()
    {
        var (exitCode, output) = await InspectorCommand.RunAsync(
            Stack.Mcp.Endpoint, "auto", "--method", "tools/call", "--tool-name", "get_order", "--tool-args-json", """{"orderId":999999}""");

        Assert.Equal(5, exitCode);
        Assert.Contains("order-not-found", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tool_call_is_one_trace_from_the_endpoint_to_the_sql()
    {
        await using var client = await ConnectAsync();
        using var dashboard = new Dashboard(shared.Dashboard);

        var since = DateTimeOffset.UtcNow.AddMilliseconds(-1);
        var result = await client.CallToolAsync("get_order", new Dictionary<string, object?> { ["orderId"] = 1 }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotEqual(true, result.IsError);

        var trace = await dashboard.TraceSinceAsync(since, "tools/call get_order");
        var tool = trace.Single(span => span.Name == "tools/call get_order");
        var outgoing = trace.Single(span => span.ParentId == tool.Id);
        var incoming = trace.Single(span => span.ParentId == outgoing.Id);
        var sql = trace.Single(span => span.ParentId == incoming.Id);
        Assert.Equal(("mcp", 2), (tool.Service, tool.Kind));
        Assert.Equal("get_order", tool.Attributes["gen_ai.tool.name"]);
        Assert.Equal(("mcp", 3), (outgoing.Service, outgoing.Kind));
        Assert.Equal(("api", 2, "GET /orders/{orderId}"), (incoming.Service, incoming.Kind, incoming.Name));
        Assert.Equal("200", incoming.Attributes["http.response.status_code"]);
        Assert.Equal(("api", 3), (sql.Service, sql.Kind));
        Assert.Contains("FROM orders", sql.Attributes["db.query.text"], StringComparison.Ordinal);
        Assert.Equal(["api", "mcp"], trace.Select(span => span.Service).Distinct().Order());
    }

    [Fact]
    public async Task Inspectors_tool_call_is_one_trace_and_its_logs_carry_the_trace_id()
    {
        using var dashboard = new Dashboard(shared.Dashboard);
        var since = DateTimeOffset.UtcNow.AddMilliseconds(-1);

        await InspectorCommand.RunAsync(Stack.Mcp.Endpoint, "auto", "--method", "tools/call", "--tool-name", "list_orders", "--tool-args-json", """{"limit":2}""");

        var trace = await dashboard.TraceSinceAsync(since, "tools/call list_orders");
        Assert.Equal(5, trace.Length);
        Assert.Contains(await dashboard.LogsAsync(trace[0].TraceId), line => line.StartsWith("Tool list_orders: ok", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Health_probes_and_readings_of_the_document_make_no_traces()
    {
        using var dashboard = new Dashboard(shared.Dashboard);
        foreach (var address in new[] { $"{Stack.Api.Url}/health", $"{Stack.Mcp.Url}/alive", $"{Stack.Api.Url}/openapi/v1.json" })
        {
            (await Http.GetAsync(address, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        }

        // What comes after them in both services is there, and they are not.
        var since = DateTimeOffset.UtcNow.AddMilliseconds(-1);
        await using var client = await ConnectAsync();
        await client.CallToolAsync("get_order", new Dictionary<string, object?> { ["orderId"] = 2 }, cancellationToken: TestContext.Current.CancellationToken);
        await dashboard.TraceSinceAsync(since, "tools/call get_order");

        var paths = await dashboard.PathsAsync();
        Assert.Contains("/mcp", paths);
        Assert.DoesNotContain(paths, path => path is "/health" or "/alive" || path.StartsWith("/openapi", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Services_say_their_name_version_and_instance()
    {
        using var dashboard = new Dashboard(shared.Dashboard);
        var since = DateTimeOffset.UtcNow.AddMilliseconds(-1);
        await using var client = await ConnectAsync();
        await client.CallToolAsync("get_order", new Dictionary<string, object?> { ["orderId"] = 1 }, cancellationToken: TestContext.Current.CancellationToken);
        await dashboard.TraceSinceAsync(since, "tools/call get_order");

        var services = await dashboard.ServicesAsync();
        var version = typeof(OrdersMcp.OpenApiTools.Configuration.OpenApiToolsOptions).Assembly.GetName().Version!.ToString(fieldCount: 3);
        foreach (var name in new[] { "api", "mcp" })
        {
            Assert.Equal(version, services[name]["service.version"]);
            Assert.NotEmpty(services[name]["service.instance.id"]);
        }

        Assert.NotEqual(services["api"]["service.instance.id"], services["mcp"]["service.instance.id"]);
    }

    [Fact]
    public async Task Dashboard_keeps_strangers_out()
    {
        using var response = await Http.GetAsync($"{shared.Dashboard.Url}/api/telemetry/traces", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Inspector_and_swagger_answer()
    {
        foreach (var address in new[] { shared.Inspector.Link, Stack.Api.Swagger, shared.Dashboard.Link })
        {
            using var response = await Http.GetAsync(address, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    /// <summary>A client that knows the tools: which arguments it repeats as headers is in their schemas.</summary>
    private async Task<McpClient> ConnectAsync()
    {
        var client = await McpClient.CreateAsync(
            new HttpClientTransport(new HttpClientTransportOptions { Endpoint = new Uri(Stack.Mcp.Endpoint) }),
            cancellationToken: TestContext.Current.CancellationToken);
        await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        return client;
    }

    /// <summary>Numbers are compared by value: JavaScript writes 1299.00 as 1299.</summary>
    private static bool SameJson(JsonNode? left, JsonNode? right) => (left, right) switch
    {
        (JsonObject a, JsonObject b) => a.Count == b.Count && a.All(member => b.TryGetPropertyValue(member.Key, out var other) && SameJson(member.Value, other)),
        (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(pair => SameJson(pair.First, pair.Second)),
        (JsonValue a, JsonValue b) when a.TryGetValue(out decimal x) && b.TryGetValue(out decimal y) => x == y,
        _ => JsonNode.DeepEquals(left, right),
    };
}
