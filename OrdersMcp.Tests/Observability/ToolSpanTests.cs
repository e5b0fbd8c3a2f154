using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OpenTelemetry;
using OpenTelemetry.Trace;
using OrdersMcp.OpenApiTools.Telemetry;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer;

namespace OrdersMcp.Tests.Observability;

/// <summary>The spans of calls against the semantic conventions for MCP, GenAI and HTTP.</summary>
[Trait("Category", "Postgres")]
public sealed class ToolSpanTests : IAsyncLifetime
{
    private const string Problem = "application/problem+json";

    /// <summary>
    /// What each span of a call must have (a value, or null for any), by its kind. From the conventions' tables: what is
    /// required, what is conditionally required and applies, and what is recommended and can be known.
    /// </summary>
    private static readonly Dictionary<string, Dictionary<string, object?>> Conventions = new(StringComparer.Ordinal)
    {
        ["tools/call get_thing"] = new(StringComparer.Ordinal)
        {
            ["mcp.method.name"] = "tools/call",
            ["gen_ai.tool.name"] = "get_thing",
            ["gen_ai.operation.name"] = "execute_tool",
            ["jsonrpc.request.id"] = "7",
            ["mcp.protocol.version"] = "2026-07-28",
            ["network.transport"] = "tcp",
            ["network.protocol.name"] = "http",
            ["network.protocol.version"] = "1.1",
            ["client.address"] = "127.0.0.1",
            ["client.port"] = null,
            ["enduser.id"] = "anonymous",
            ["ordersmcp.client.name"] = "probe-agent",
            ["ordersmcp.client.version"] = "1.2",
            ["ordersmcp.outcome"] = "ok",
            ["ordersmcp.api"] = "orders",
            ["ordersmcp.operation.id"] = "get_thing",
            ["url.template"] = "/things/{thingId}",
            ["ordersmcp.arguments.size"] = 15,
            ["ordersmcp.result.size"] = 10,
            ["ordersmcp.result.tokens"] = null,
        },
        ["POST /mcp tools/call get_thing"] = new(StringComparer.Ordinal)
        {
            ["http.request.method"] = "POST",
            ["http.route"] = "/mcp",
            ["http.response.status_code"] = 200,
            ["url.path"] = "/mcp",
            ["url.scheme"] = "http",
            ["server.address"] = "127.0.0.1",
            ["server.port"] = null,
            ["client.address"] = "127.0.0.1",
            ["network.protocol.version"] = "1.1",
            ["user_agent.original"] = "tests/1",
        },
        ["GET /things/{thingId}"] = new(StringComparer.Ordinal)
        {
            ["http.request.method"] = "GET",
            ["http.response.status_code"] = 200,
            ["server.address"] = "127.0.0.1",
            ["server.port"] = null,
            ["url.full"] = null,
            ["url.template"] = "/things/{thingId}",
            ["network.protocol.version"] = "1.1",
        },
    };

    private readonly RecordedSignals _signals = new();
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private TestApi _api = null!;
    private McpApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await TestApi.StartAsync(Documents.Things);
        _api.Answer = context => context.Response.WriteAsync("""{"id":"a"}""");
        _server = McpApplication.StartWith(_api.Address, _signals.Configure, ("Mcp:Apis:0:Timeout", "00:00:00.500"));
        await _server.WaitForHealthAsync("Healthy");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Spans_of_a_call_have_what_the_conventions_ask_and_nothing_deprecated()
    {
        await CallAsync("get_thing", new JsonObject { ["thingId"] = "a" });

        var spans = Spans(3);
        Assert.Empty(SpanConventions.ToolCall.Concat(SpanConventions.OverHttp).Concat(SpanConventions.Operation).Concat(SpanConventions.Result)
            .Except(Conventions["tools/call get_thing"].Keys));
        Assert.Empty(SpanConventions.HttpServer.Except(Conventions["POST /mcp tools/call get_thing"].Keys));
        Assert.Empty(SpanConventions.HttpClient.Concat(SpanConventions.HttpAnswer).Except(Conventions["GET /things/{thingId}"].Keys));
        foreach (var (name, attributes) in Conventions)
        {
            var span = Assert.Single(spans, span => span.DisplayName == name);
            foreach (var (attribute, expected) in attributes)
            {
                var actual = span.GetTagItem(attribute);
                Assert.True(actual is not null && (expected is null || actual.Equals(expected)), $"{name}: {attribute} is '{actual}', not '{expected}'");
            }

            Assert.Equal(ActivityStatusCode.Unset, span.Status);
            Assert.Null(span.GetTagItem("error.type"));
        }

        Assert.All(spans, span => Assert.DoesNotContain(span.TagObjects, tag => SpanConventions.Deprecated.Contains(tag.Key)));
        Assert.All(spans, span => Assert.Equal(span.TagObjects.Count(), span.TagObjects.DistinctBy(tag => tag.Key).Count()));
        var tool = spans.Single(span => span.DisplayName == "tools/call get_thing");
        Assert.Equal(ActivityKind.Server, tool.Kind);
        Assert.Equal(spans.Single(span => span.DisplayName == "POST /mcp tools/call get_thing").SpanId, tool.ParentSpanId);
        Assert.Equal(tool.SpanId, spans.Single(span => span.Kind == ActivityKind.Client).ParentSpanId);
    }

    public static TheoryData<int, string, string> Statuses => new()
    {
        { 400, "{}", "invalid_arguments" }, { 422, "{}", "invalid_arguments" }, { 401, "{}", "unauthorized" }, { 403, "{}", "forbidden" },
        { 404, "{}", "not_found" }, { 409, "{}", "conflict" }, { 412, "{}", "conflict" }, { 429, "{}", "rate_limited" },
        { 500, "{}", "internal" }, { 503, "{}", "upstream_unavailable" }, { 504, "{}", "upstream_timeout" },
    };

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task Error_type_tells_what_the_api_said(int status, string body, string expected)
    {
        _api.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = status == 200 ? "application/json" : Problem;
            return context.Response.WriteAsync(body);
        };

        await CallAsync("create_thing", new JsonObject { ["name"] = "a" });

        AssertFailed(expected, expected, "tools/call create_thing");
    }

    [Fact]
    public async Task Error_type_of_wrong_arguments_is_invalid_arguments()
    {
        await CallAsync("get_thing", new JsonObject { ["thing"] = "a" });

        AssertFailed("invalid_arguments", "invalid_arguments", "tools/call get_thing");
    }

    [Fact]
    public async Task Error_type_of_an_unknown_tool_is_the_code_and_its_name_is_not_kept()
    {
        await CallAsync("canary-tool", []);

        var span = AssertFailed("-32602", "not_found", "tools/call");
        Assert.Equal("-32602", span.GetTagItem("rpc.response.status_code"));
        Assert.Equal("_OTHER", span.GetTagItem("gen_ai.tool.name"));
        Assert.Single(Spans(2), span => span.DisplayName == "POST /mcp tools/call");
    }

    [Fact]
    public async Task Error_type_of_an_api_that_is_silent_is_upstream_timeout()
    {
        _api.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);

        await CallAsync("create_thing", new JsonObject { ["name"] = "a" });

        AssertFailed("upstream_timeout", "upstream_timeout", "tools/call create_thing");
    }

    [Fact]
    public async Task Error_type_of_an_api_that_is_gone_is_upstream_unavailable()
    {
        await _api.DisposeAsync();

        await CallAsync("create_thing", new JsonObject { ["name"] = "a" });

        AssertFailed("upstream_unavailable", "upstream_unavailable", "tools/call create_thing");
    }

    [Fact]
    public async Task Error_type_of_a_call_that_the_client_takes_back_is_cancelled()
    {
        _api.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        await using var server = McpApplication.StartWith(_api.Address, _signals.Configure);
        await server.WaitForHealthAsync("Healthy");
        using var client = new HttpClient { Timeout = TimeSpan.FromMilliseconds(500) };
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Endpoint)
        {
            Content = System.Net.Http.Json.JsonContent.Create(Messages.Request(
                "tools/call", new JsonObject { ["name"] = "get_thing", ["arguments"] = new JsonObject { ["thingId"] = "a" } })),
        };
        request.Headers.Add("traceparent", $"00-{_trace}-00f067aa0ba902b7-01");
        request.Headers.Add(Messages.VersionHeader, Messages.Version);
        request.Headers.Add("Mcp-Method", "tools/call");
        request.Headers.Add("Mcp-Name", "get_thing");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.SendAsync(request, TestContext.Current.CancellationToken));

        AssertFailed("cancelled", "cancelled", "tools/call get_thing");
    }

    [Fact]
    public async Task Context_of_the_message_alone_is_the_trace_and_the_http_span_is_linked_both_ways()
    {
        await Messages.CallAsync(
            _server.Endpoint, "get_thing", new JsonObject { ["thingId"] = "a" }, [("User-Agent", "tests/1")],
            new JsonObject { ["traceparent"] = $"00-{_trace}-00f067aa0ba902b7-01" });

        var spans = _signals.SpansOf(_trace, spans => spans.Count == 2);
        var tool = spans.Single(span => span.Kind == ActivityKind.Server);
        Assert.Equal("00f067aa0ba902b7", tool.ParentSpanId.ToHexString());
        var link = Assert.Single(tool.Links);
        var http = Assert.Single(_signals.Wait(span => span.SpanId == link.Context.SpanId, spans => spans.Count == 1));
        Assert.Equal("POST /mcp tools/call get_thing", http.DisplayName);
        Assert.Equal(tool.Context.SpanId, Assert.Single(http.Links).Context.SpanId);
    }

    /// <summary>A test host, or an app with an exporter of its own beside this one, has several in a process.</summary>
    [Fact]
    public async Task Second_provider_of_the_process_does_not_name_a_span_twice()
    {
        using var other = Sdk.CreateTracerProviderBuilder()
            .AddSource("Microsoft.AspNetCore").AddProcessor(new McpSpanProcessor()).SetSampler(new AlwaysOnSampler()).Build();

        await CallAsync("get_thing", new JsonObject { ["thingId"] = "a" });

        Assert.Single(Spans(3), span => span.DisplayName == "POST /mcp tools/call get_thing");
    }

    [Fact]
    public async Task Baggage_of_the_message_is_passed_to_the_api_up_to_a_limit()
    {
        JsonObject Meta(string baggage) => new() { ["traceparent"] = $"00-{_trace}-00f067aa0ba902b7-01", ["baggage"] = baggage };

        await Messages.CallAsync(_server.Endpoint, "get_thing", new JsonObject { ["thingId"] = "a" }, meta: Meta("tenant=north%20sea;x=1"));
        await Messages.CallAsync(_server.Endpoint, "get_thing", new JsonObject { ["thingId"] = "a" }, meta: Meta(new string('a', 8000) + "=" + new string('b', 8000)));

        var received = _api.Requests.ToArray();
        Assert.Contains("north", received[0].Headers["baggage"], StringComparison.Ordinal);
        Assert.DoesNotContain("baggage", received[1].Headers.Keys);
    }

    [Fact]
    public async Task Text_in_a_path_is_not_kept_and_a_number_is()
    {
        await CallAsync("get_thing", new JsonObject { ["thingId"] = "anna@example.org" });
        await CallAsync("get_thing", new JsonObject { ["thingId"] = "42" });

        var urls = _signals.SpansOf(_trace, spans => spans.Count(span => span.Kind == ActivityKind.Client) == 2)
            .Where(span => span.Kind == ActivityKind.Client).Select(span => (string)span.GetTagItem("url.full")!).ToArray();
        Assert.Contains(urls, url => url.EndsWith("/things/REDACTED", StringComparison.Ordinal));
        Assert.Contains(urls, url => url.EndsWith("/things/42", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Other_methods_have_spans_of_their_own_names()
    {
        foreach (var (method, parameters) in new[] { ("tools/list", new JsonObject()), ("canary/method", []) })
        {
            using var response = await _server.PostAsync(
                System.Net.Http.Json.JsonContent.Create(Messages.Request(method, parameters)),
                (Messages.VersionHeader, Messages.Version), ("Mcp-Method", method), ("traceparent", $"00-{_trace}-00f067aa0ba902b7-01"));
        }

        var spans = _signals.SpansOf(_trace, spans => spans.Count == 4);
        var list = Assert.Single(spans, span => span.DisplayName == "tools/list");
        Assert.Null(list.GetTagItem("gen_ai.operation.name"));
        var unknown = Assert.Single(spans, span => span.DisplayName == "_OTHER");
        Assert.Equal("_OTHER", unknown.GetTagItem("mcp.method.name"));
        Assert.Equal("-32601", unknown.GetTagItem("error.type"));
        Assert.Equal(list.ParentSpanId, Assert.Single(spans, span => span.DisplayName == "POST /mcp tools/list").SpanId);
        Assert.Equal(unknown.ParentSpanId, Assert.Single(spans, span => span.DisplayName == "POST /mcp _OTHER").SpanId);
    }

    [Fact]
    public async Task Log_has_one_line_of_a_call_with_its_trace_and_outcome_and_nothing_of_its_content()
    {
        await CallAsync("get_thing", new JsonObject { ["thingId"] = "canary" });

        var tool = Spans(3).Single(span => span.DisplayName == "tools/call get_thing");
        var line = Assert.Single(_signals.Logs, line => line.Contains("Tool get_thing", StringComparison.Ordinal));
        Assert.StartsWith($"{tool.TraceId} {tool.SpanId} Tool get_thing: ok in ", line, StringComparison.Ordinal);
        Assert.EndsWith("called by probe-agent", line, StringComparison.Ordinal);
    }

    private IReadOnlyList<Activity> Spans(int count) => _signals.SpansOf(_trace, spans => spans.Count == count);

    private Activity AssertFailed(string errorType, string outcome, string name)
    {
        var span = _signals.SpansOf(_trace, spans => spans.Any(span => span.DisplayName == name)).Single(span => span.DisplayName == name);
        Assert.Equal(errorType, span.GetTagItem("error.type"));
        Assert.Equal(outcome, span.GetTagItem("ordersmcp.outcome"));
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Null(span.StatusDescription);
        return span;
    }

    private Task<JsonObject> CallAsync(string tool, JsonObject arguments) => Messages.CallAsync(
        _server.Endpoint, tool, arguments, [("traceparent", $"00-{_trace}-00f067aa0ba902b7-01"), ("User-Agent", "tests/1")],
        new JsonObject { ["io.modelcontextprotocol/clientInfo"] = new JsonObject { ["name"] = "Probe Agent", ["version"] = "1.2" } });
}
