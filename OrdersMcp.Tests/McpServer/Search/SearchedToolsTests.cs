using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer.Confirmation;
using OrdersMcp.Tests.McpServer.Tasks;
using OrdersMcp.Tests.Observability;

namespace OrdersMcp.Tests.McpServer.Search;

/// <summary>A search instead of a list: <c>call_tool</c> follows the rules of direct calls.</summary>
[Trait("Category", "Postgres")]
public sealed class SearchedToolsTests : IAsyncLifetime
{
    private static readonly JsonObject Order7 = new() { ["orderId"] = 7, ["reason"] = "Twice." };
    private static readonly (string, string) Search = ("Mcp:ToolList:Mode", "Search");

    private ShopApi _shop = null!;

    public async ValueTask InitializeAsync() => _shop = await ShopApi.StartAsync();

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public async Task List_has_the_search_and_the_pinned_tools()
    {
        await using var server = await StartAsync(Search, ("Mcp:ToolList:Pinned:0", "get_order"));

        var tools = await Messages.ListAsync(server.Endpoint);

        Assert.Equal(["call_tool", "get_order", "search_tools"], tools.Select(tool => tool!["name"]!.ToString()));
        ToolSchemaRules.AssertValid(JsonElement.Parse(tools[0]!["inputSchema"]!.ToJsonString()));
        ToolSchemaRules.AssertValid(JsonElement.Parse(tools[2]!["inputSchema"]!.ToJsonString()));
        Assert.True((bool)tools[2]!["annotations"]!["readOnlyHint"]!);
        Assert.False((bool)tools[0]!["annotations"]!["readOnlyHint"]!);
    }

    [Theory]
    [InlineData(100_000, "cancel_order,delete_all,delete_thing,get_order")]
    [InlineData(10, "call_tool,search_tools")]
    public async Task Auto_lists_all_tools_up_to_the_budget(int budget, string names)
    {
        await using var server = await StartAsync(("Mcp:ToolList:Mode", "Auto"), ("Mcp:ToolList:TokenBudget", $"{budget}"));

        var tools = await Messages.ListAsync(server.Endpoint);
        var called = await server.CallAsync("call_tool", Call("get_order", new JsonObject { ["orderId"] = 7 }));

        Assert.Equal(names, string.Join(',', tools.Select(tool => tool!["name"]!.ToString())));
        Assert.Equal("pending", called["result"]!["structuredContent"]!["status"]!.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2025-11-25")]
    [InlineData("2025-06-18")]
    public async Task Client_searches_and_calls_over_http(string? version)
    {
        await using var server = await StartAsync(Search);
        await using var client = await server.ConnectAsync(version);

        await AssertFindsAndCallsAsync(client);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2025-11-25")]
    public async Task Client_searches_and_calls_over_stdio(string? version)
    {
        await using var client = await McpClient.CreateAsync(
            Stdio(), new McpClientOptions { ProtocolVersion = version }, cancellationToken: TestContext.Current.CancellationToken);

        await AssertFindsAndCallsAsync(client);
    }

    [Fact]
    public async Task Name_of_a_tool_as_query_shows_the_tool_and_its_arguments()
    {
        await using var server = await StartAsync(Search);

        var whole = Result(await server.CallAsync("search_tools", new JsonObject { ["query"] = "cancel_order" }));
        var argument = Result(await server.CallAsync("search_tools", new JsonObject { ["query"] = "cancel_order", ["argument"] = "reason" }));
        var none = await server.CallAsync("search_tools", new JsonObject { ["query"] = "cancel_order", ["argument"] = "colour" });

        Assert.Equal("cancel_order", Assert.Single(whole["tools"]!.AsArray())!["name"]!.ToString());
        Assert.Equal("string", argument["schema"]!["type"]!.ToString());
        Assert.Contains("It has orderId, ", ToolCalls.Problem(none)["detail"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", "query")]
    [InlineData("""{"query":""}""", "query")]
    [InlineData("""{"query":"order","limit":11}""", "limit")]
    [InlineData("""{"query":"order","colour":"red"}""", "colour")]
    public async Task Search_without_sense_is_refused_with_the_reason(string arguments, string named)
    {
        await using var server = await StartAsync(Search);

        var problem = ToolCalls.Problem(await server.CallAsync("search_tools", JsonNode.Parse(arguments)!.AsObject()));

        Assert.Contains(named, problem["errors"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", "name is required")]
    [InlineData("""{"name":7}""", "name is required")]
    [InlineData("""{"name":"get_order","arguments":[7]}""", "arguments must be an object")]
    [InlineData("""{"name":"get_order","orderId":7}""", "'orderId' is not expected beside name and arguments")]
    [InlineData("""{"name":"call_tool","arguments":{"name":"get_order"}}""", "does not call itself")]
    public async Task Call_without_sense_is_refused_with_the_reason(string arguments, string reason)
    {
        await using var server = await StartAsync(Search);

        var problem = ToolCalls.Problem(await server.CallAsync("call_tool", JsonNode.Parse(arguments)!.AsObject()));

        Assert.Contains(reason, problem["detail"]!.ToString(), StringComparison.Ordinal);
        Assert.Empty(_shop.Api.Requests);
    }

    [Fact]
    public async Task Unknown_tool_gives_an_error_with_the_nearest_names()
    {
        await using var server = await StartAsync(Search);

        var problem = ToolCalls.Problem(await server.CallAsync("call_tool", Call("getOrders", [])));

        Assert.Equal("get_order", problem["nearest"]![0]!.ToString());
        Assert.Contains("'getOrders'", problem["detail"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"get_order","arguments":{"orderId":7}}""")]
    [InlineData("""{"name":"get_order","arguments":"{\"orderId\":7}"}""")]
    [InlineData("""{"name":"search_tools","arguments":{"query":"read an order"}}""")]
    public async Task Arguments_may_be_text_and_the_search_may_be_called_too(string arguments)
    {
        await using var server = await StartAsync(Search);

        var asObject = await server.CallAsync("call_tool", JsonNode.Parse(arguments)!.AsObject());
        using var asText = await server.PostAsync(
            JsonContent.Create(Messages.Request("tools/call", new JsonObject { ["name"] = "call_tool", ["arguments"] = arguments })),
            (Messages.VersionHeader, Messages.Version), ("Mcp-Method", "tools/call"), ("Mcp-Name", "call_tool"));

        Assert.Null(asObject["result"]!["isError"]);
        Assert.Null((await Messages.ReadAsync(asText))["result"]!["isError"]);
    }

    [Theory]
    [InlineData("""{"name":"get_order","arguments":{"orderId":7,"orderId":8}}""")]
    [InlineData("""{"name":"get_order\ud800","arguments":{"orderId":7}}""")]
    [InlineData("""{"name":"get_order","arguments":{"orderId":"\ud800"}}""")]
    public async Task Ambiguous_call_reaches_no_api(string arguments)
    {
        await using var server = await StartAsync(Search);
        var message = Messages.Request("tools/call", new JsonObject { ["name"] = "call_tool", ["arguments"] = "HERE" }).ToJsonString().Replace("\"HERE\"", arguments, StringComparison.Ordinal);

        using var response = await server.PostAsync(
            new StringContent(message, System.Text.Encoding.UTF8, "application/json"),
            (Messages.VersionHeader, Messages.Version), ("Mcp-Method", "tools/call"), ("Mcp-Name", "call_tool"));

        var answer = await Messages.ReadAsync(response);
        Assert.True(answer["error"] is not null || (bool?)answer["result"]!["isError"] is true, answer.ToJsonString());
        Assert.DoesNotContain("Internal", answer["error"]?["message"]?.ToString() ?? "", StringComparison.OrdinalIgnoreCase);
        Assert.Empty(_shop.Api.Requests);
    }

    [Fact]
    public async Task Span_metric_and_audit_record_have_the_inner_name()
    {
        var signals = new RecordedSignals();
        await using var server = McpApplication.StartWith(_shop.Api.Address, signals.Configure, Search);
        await server.WaitForHealthAsync("Healthy");
        var trace = ActivityTraceId.CreateRandom();
        (string, string) Parent() => ("traceparent", $"00-{trace}-00f067aa0ba902b7-01");

        await server.CallAsync("call_tool", Call("get_order", new JsonObject { ["orderId"] = 7 }), Parent());
        await server.CallAsync("search_tools", new JsonObject { ["query"] = "canary about an order" }, Parent());
        await server.CallAsync("call_tool", Call("canary_tool", []), Parent());

        var spans = signals.SpansOf(trace, spans => spans.Count(span => span.DisplayName.StartsWith("POST /mcp", StringComparison.Ordinal)) == 3 && spans.Count == 7);
        var inner = Assert.Single(spans, span => span.DisplayName == "tools/call get_order");
        Assert.Equal(("get_order", "get_order", "ok"), (inner.GetTagItem("gen_ai.tool.name"), inner.GetTagItem("ordersmcp.operation.id"), inner.GetTagItem("ordersmcp.outcome")));
        Assert.Single(spans, span => span.DisplayName == "POST /mcp tools/call get_order");
        Assert.Single(spans, span => span.DisplayName == "tools/call search_tools");
        Assert.Single(spans, span => span.DisplayName == "POST /mcp tools/call search_tools");
        var unknown = Assert.Single(spans, span => span.DisplayName == "tools/call");
        Assert.Equal(("_OTHER", "not_found"), (unknown.GetTagItem("gen_ai.tool.name"), unknown.GetTagItem("ordersmcp.outcome")));
        Assert.All(spans, span => Assert.DoesNotContain(span.TagObjects, tag => tag.Value?.ToString()?.Contains("canary", StringComparison.Ordinal) is true));

        foreach (var metric in new[] { "ordersmcp.tool.calls", "mcp.server.operation.duration" })
        {
            var names = signals.Collect().Where(point => point.Name == metric).Select(point => point.Tags.GetValueOrDefault("gen_ai.tool.name")?.ToString()).OfType<string>();
            Assert.Equal(["_OTHER", "get_order", "search_tools"], names.Order(StringComparer.Ordinal));
        }

        await Until.TrueAsync(() => _shop.Api.Audit.Count == 3, () => $"{_shop.Api.Audit.Count} records.");
        var records = _shop.Api.Audit.Values.OrderBy(record => record["at"]!.GetValue<DateTimeOffset>()).ToArray();
        Assert.Equal(["get_order", "search_tools", "_OTHER"], records.Select(record => record["tool"]!.ToString()));
        Assert.Equal("""{"orderId":7}""", records[0]["arguments"]!.ToJsonString());
        Assert.Equal("[7]", records[0]["orderIds"]!.ToJsonString());
        Assert.All(records, record => Assert.DoesNotContain("canary", record.ToJsonString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Call_is_confirmed_by_a_person_like_a_direct_one()
    {
        await using var server = await StartAsync(Search);

        var (question, state) = await server.AskAsync("call_tool", Call("cancel_order", Order7));
        var declined = await server.SendAsync("call_tool", Call("cancel_order", Order7), state, ToolCalls.Answer("decline"));
        Assert.Empty(_shop.Changes);
        var done = ToolCalls.Done(await server.SendAsync("call_tool", Call("cancel_order", Order7), state, ToolCalls.Yes));

        Assert.Equal("Cancel order 7? It is pending; its total is 35.5 EUR.", question);
        Assert.Equal("Not executed", ToolCalls.Problem(declined)["title"]!.ToString());
        Assert.Equal("cancelled", done["structuredContent"]!["status"]!.ToString());
        Assert.NotEmpty(Assert.Single(_shop.Changes).Headers["Idempotency-Key"]);
    }

    [Theory]
    [InlineData("http", null)]
    [InlineData("http", "2025-11-25")]
    [InlineData("stdio", "2025-11-25")]
    public async Task Person_is_asked_by_every_client_that_can(string transport, string? version)
    {
        await using var server = transport == "http" ? await StartAsync(Search) : null;
        var asked = 0;
        await using var client = await McpClient.CreateAsync(
            server is null ? Stdio() : new HttpClientTransport(new HttpClientTransportOptions { Endpoint = server.Endpoint }),
            new McpClientOptions
            {
                ProtocolVersion = version,
                Handlers = new McpClientHandlers
                {
                    ElicitationHandler = (_, _) =>
                    {
                        asked++;
                        return ValueTask.FromResult(new ElicitResult
                        {
                            Action = "accept",
                            Content = new Dictionary<string, JsonElement> { ["confirm"] = JsonElement.Parse("true") },
                        });
                    },
                },
            },
            cancellationToken: TestContext.Current.CancellationToken);

        var done = await client.CallToolAsync(
            "call_tool", new Dictionary<string, object?> { ["name"] = "cancel_order", ["arguments"] = Order7 }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("cancelled", done.StructuredContent!.Value.GetProperty("status").GetString());
        Assert.Equal(1, asked);
        Assert.Single(_shop.Changes);
    }

    [Fact]
    public async Task Repeated_call_has_the_same_idempotency_key_as_a_direct_one()
    {
        await using var server = await StartAsync(Search, ("Mcp:Apis:0:Confirmation", "Never"));
        var meta = new JsonObject { ["progressToken"] = "0123456789abcdef-token" };

        await Messages.CallAsync(server.Endpoint, "call_tool", Call("cancel_order", Order7), meta: meta);
        await Messages.CallAsync(server.Endpoint, "cancel_order", Order7, meta: meta);

        Assert.Single(_shop.Changes.Select(request => request.Headers["Idempotency-Key"]).Distinct(StringComparer.Ordinal));
        Assert.Equal(2, _shop.Changes.Count());
    }

    [Fact]
    public async Task Job_becomes_a_task_like_that_of_a_direct_call()
    {
        await using var jobs = await JobsApi.StartAsync();
        await using var server = McpApplication.Start(jobs.Api.Address, Search, ("Mcp:SigningKey", "0123456789abcdef0123456789abcdef"));
        await server.WaitForHealthAsync("Healthy");
        var declares = new JsonObject { ["extensions"] = new JsonObject { ["io.modelcontextprotocol/tasks"] = new JsonObject() } };
        jobs.States.Enqueue(JobsApi.Job("succeeded", 10));

        var task = (await server.SendAsync("call_tool", Call("export_orders", []), capabilities: declares))["result"]!;
        var completed = await server.SendAsync("tasks/get", task["taskId"]!.ToString(), new JsonObject { ["taskId"] = task["taskId"]!.ToString() }, declares);

        Assert.Equal(("task", "working"), (task["resultType"]!.ToString(), task["status"]!.ToString()));
        Assert.Equal("completed", completed["result"]!["status"]!.ToString());
    }

    [Fact]
    public async Task Own_tools_do_not_exist_without_a_search()
    {
        await using var server = await StartAsync();

        var answer = await server.CallAsync("call_tool", Call("get_order", new JsonObject { ["orderId"] = 7 }));

        Assert.Equal(-32602, (int)answer["error"]!["code"]!);
        Assert.Empty(_shop.Api.Requests);
    }

    private static JsonObject Call(string tool, JsonObject arguments) => new() { ["name"] = tool, ["arguments"] = arguments.DeepClone() };

    private static JsonNode Result(JsonObject answer) => JsonNode.Parse(ToolCalls.Done(answer)["content"]![0]!["text"]!.ToString())!;

    private static async Task AssertFindsAndCallsAsync(McpClient client)
    {
        var found = await client.CallToolAsync(
            "search_tools", new Dictionary<string, object?> { ["query"] = "read an order" }, cancellationToken: TestContext.Current.CancellationToken);
        var tool = JsonNode.Parse(ToolBench.Text(found))!["tools"]![0]!;
        var called = await client.CallToolAsync(
            "call_tool",
            new Dictionary<string, object?> { ["name"] = tool["name"]!.ToString(), ["arguments"] = new Dictionary<string, object?> { ["orderId"] = 7 } },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("get_order", tool["name"]!.ToString());
        Assert.Equal("integer", tool["inputSchema"]!["properties"]!["orderId"]!["type"]!.ToString());
        Assert.Equal("pending", called.StructuredContent!.Value.GetProperty("status").GetString());
    }

    private async Task<McpApplication> StartAsync(params (string Key, string Value)[] settings)
    {
        var server = McpApplication.Start(_shop.Api.Address, settings);
        await server.WaitForHealthAsync("Healthy");
        return server;
    }

    private StdioClientTransport Stdio() => new(new StdioClientTransportOptions
    {
        Command = "dotnet",
        Arguments = [BuiltProgram.Path("OrdersMcp.McpServer"), "--stdio", "--api", _shop.Api.Address, "--Audit:Api=", "--Mcp:ToolList:Mode=Search"],
    });
}
