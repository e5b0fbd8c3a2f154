using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Security;

namespace OrdersMcp.Tests.Observability;

/// <summary>Calls refused before they reach the protocol are recorded like any other.</summary>
[Trait("Category", "Postgres")]
public sealed class RefusalTests : IAsyncLifetime
{
    private readonly RecordedSignals _signals = new();
    private readonly TemporaryFolder _audit = new();
    private TestIssuer _issuer = null!;
    private TestApi _api = null!;
    private McpApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync();
        _api = await TestApi.StartAsync(GuardedServer.Operations);
        _api.Answer = context => context.Response.WriteAsJsonAsync(new JsonObject { ["done"] = true });
        _server = McpApplication.StartWith(_api.Address, _signals.Configure, [
            ("Audit:Directory", _audit.Path), .. _issuer.Settings(("Mcp:Limits:Write:Burst", "1"), ("Mcp:Limits:Write:PerSecond", "1"))]);
        await _server.WaitForHealthAsync("Healthy");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _api.DisposeAsync();
        await _issuer.DisposeAsync();
        _audit.Dispose();
    }

    [Fact]
    public async Task Call_without_a_credential_is_on_record_as_unauthorized()
    {
        var trace = await CallAsync("list_orders");

        await AssertSeenAsync(trace, "list_orders", "unauthorized", "anonymous");
    }

    [Fact]
    public async Task Call_beyond_the_scopes_is_on_record_as_forbidden()
    {
        var trace = await CallAsync("create_order", Bearer("carol", "orders.read"));

        await AssertSeenAsync(trace, "create_order", "forbidden", "carol");
    }

    [Fact]
    public async Task Call_beyond_the_limit_is_recorded_and_counted()
    {
        var before = Refusals();
        JsonObject answer;
        ActivityTraceId trace;
        var calls = 0;
        do
        {
            trace = ActivityTraceId.CreateRandom();
            answer = await SendAsync(trace, "create_order", Bearer("dora", "orders.write"));
        }
        while (answer["error"] is null && calls++ < 50); // the bucket may gain a token during the calls

        await AssertSeenAsync(trace, "create_order", "rate_limited", "dora");
        Assert.True(Refusals() > before);
    }

    [Fact]
    public async Task Unknown_tool_name_is_not_recorded()
    {
        var trace = await CallAsync("canary-tool");

        await AssertSeenAsync(trace, "_OTHER", "unauthorized", "anonymous");
    }

    private async Task AssertSeenAsync(ActivityTraceId trace, string tool, string outcome, string caller)
    {
        var name = tool == "_OTHER" ? "POST /mcp tools/call" : $"POST /mcp tools/call {tool}";
        var span = _signals.SpansOf(trace, spans => spans.Any(span => span.DisplayName == name)).Single(span => span.Kind == ActivityKind.Server);
        Assert.Equal(
            (outcome, outcome, tool), (span.GetTagItem("error.type"), span.GetTagItem("ordersmcp.outcome"), span.GetTagItem("gen_ai.tool.name")));
        Assert.Contains(_signals.Logs, line => line.StartsWith($"{trace} {span.SpanId} Tool {tool}: {outcome} in ", StringComparison.Ordinal));
        Assert.Contains(_signals.Collect(), point => point.Name == "ordersmcp.tool.calls"
            && point.Tags["gen_ai.tool.name"] is string counted && counted == tool
            && point.Tags["ordersmcp.outcome"] is string ended && ended == outcome);
        JsonObject? record = null;
        await Until.TrueAsync(
            () => (record = _api.Audit.Values.SingleOrDefault(record => record["traceId"]?.GetValue<string>() == trace.ToString())) is not null,
            () => "The refusal is not on record.");
        Assert.Equal((tool, outcome, caller), (record!["tool"]!.GetValue<string>(), record["outcome"]!.GetValue<string>(), record["caller"]!.GetValue<string>()));
    }

    private double Refusals() => _signals.Collect()
        .Where(point => point.Name == "ordersmcp.rate_limit.refusals" && point.Tags["ordersmcp.rate_limit.name"] is "write").Sum(point => point.Value);

    private (string Name, string Value) Bearer(string name, string scope) =>
        GuardedServer.Bearer(_issuer.Token(_issuer.Claims(("sub", name), ("scope", (JsonNode)scope))));

    private async Task<ActivityTraceId> CallAsync(string tool, params (string Name, string Value)[] headers)
    {
        var trace = ActivityTraceId.CreateRandom();
        Assert.NotNull((await SendAsync(trace, tool, headers))["error"]);
        return trace;
    }

    private Task<JsonObject> SendAsync(ActivityTraceId trace, string tool, params (string Name, string Value)[] headers) =>
        Messages.CallAsync(_server.Endpoint, tool, [], [("traceparent", $"00-{trace}-00f067aa0ba902b7-01"), .. headers]);
}
