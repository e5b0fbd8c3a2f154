using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer;

namespace OrdersMcp.Tests.Observability;

/// <summary>Arguments and results on spans: on request, in Development, masked.</summary>
[Trait("Category", "Postgres")]
public sealed class RecordedContentTests
{
    private const string Operation = """
        { "/things": { "post": { "operationId": "tell", "requestBody": { "content": { "application/json": { "schema": { "type": "object", "properties": {
          "amount": { "type": "integer" }, "email": { "type": "string" }, "note": { "type": "string" }, "remark": { "type": "string" }, "kind": { "type": "string" } } } } } },
          "responses": { "200": { "description": "Told", "content": { "application/json": { "schema": { "type": "object", "properties": {
            "id": { "type": "integer" }, "remark": { "type": "string", "x-untrusted": true }, "fullName": { "type": "string" }, "kind": { "type": "string" } } } } } } } } } }
        """;

    [Fact]
    public async Task Content_is_recorded_and_masked_on_request_in_development()
    {
        var span = await CallAsync(("Telemetry:RecordContent", "true"), ("environment", "Development"));

        Assert.Equal(
            """{"amount":42,"email":"***","note":"***","kind":"from *** with ***"}""", span.GetTagItem("gen_ai.tool.call.arguments"));
        Assert.Equal("""{"id":7,"remark":"***","fullName":"***","kind":"open"}""", span.GetTagItem("gen_ai.tool.call.result"));
    }

    [Theory]
    [InlineData("true", "Production")]
    [InlineData("false", "Development")]
    public async Task Content_is_not_recorded_otherwise(string isAsked, string environment)
    {
        var span = await CallAsync(
            ("Authentication:AllowAnonymous", "true"), ("Telemetry:RecordContent", isAsked), ("environment", environment));

        Assert.Null(span.GetTagItem("gen_ai.tool.call.arguments"));
        Assert.Null(span.GetTagItem("gen_ai.tool.call.result"));
    }

    private static async Task<Activity> CallAsync(params (string Key, string Value)[] settings)
    {
        await using var api = await TestApi.StartAsync(Documents.With(Operation));
        api.Answer = context => context.Response.WriteAsync("""{"id":7,"remark":"call me","fullName":"Anna","kind":"open"}""");
        var signals = new RecordedSignals();
        await using var server = McpApplication.StartWith(api.Address, signals.Configure, settings);
        await server.WaitForHealthAsync("Healthy");
        var trace = ActivityTraceId.CreateRandom();
        await server.CallAsync(
            "tell",
            new JsonObject { ["amount"] = 42, ["email"] = "anna@example.org", ["note"] = "hello", ["kind"] = "from anna@example.org with Bearer abc.def" },
            ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"));
        return signals.SpansOf(trace, spans => spans.Count == 3).Single(span => span.DisplayName == "tools/call tell");
    }
}
