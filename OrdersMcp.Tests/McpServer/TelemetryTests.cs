using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OpenTelemetry;
using OpenTelemetry.Trace;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer;

/// <summary>What the spans of a tool call tell, and what they keep to themselves.</summary>
public sealed class TelemetryTests
{
    private const string Canary = "canary-7f3a";

    [Fact]
    public async Task Failed_call_is_an_error_span_that_holds_nothing_of_arguments_or_result()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        api.Answer = context =>
        {
            context.Response.StatusCode = 409;
            context.Response.ContentType = "application/problem+json";
            return context.Response.WriteAsync($$"""{"title":"Conflict","status":409,"detail":"{{Canary}}"}""");
        };
        var spans = new ConcurrentQueue<Activity>();
        await using var server = McpApplication.StartWith(api.Address, services =>
            services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(new SpanCollector(spans))));
        await server.WaitForHealthAsync("Healthy");

        var answer = await server.CallAsync("create_thing", new JsonObject { ["name"] = Canary });
        Assert.Contains(Canary, answer.ToJsonString(), StringComparison.Ordinal);

        // Other servers of this process are heard too; this one's tool call leads to this test's API.
        var port = new Uri(api.Address).Port;
        Activity? tool = null;
        SpinWait.SpinUntil(() => (tool = ToolSpan(spans, port)) is not null, TimeSpan.FromSeconds(10));
        Assert.NotNull(tool);
        Assert.Equal(ActivityStatusCode.Error, tool.Status);
        Assert.Null(tool.StatusDescription);
        Assert.Null(tool.GetTagItem("mcp.session.id"));
        Assert.Equal("create_thing", tool.GetTagItem("gen_ai.tool.name"));
        Assert.All(
            spans.Where(span => span.TraceId == tool.TraceId),
            span => Assert.DoesNotContain(span.TagObjects, tag => tag.Value?.ToString()?.Contains(Canary, StringComparison.Ordinal) is true));
    }

    private static Activity? ToolSpan(IEnumerable<Activity> spans, int apiPort)
    {
        var outgoing = spans.FirstOrDefault(span => span.Kind == ActivityKind.Client && Equals(span.GetTagItem("server.port"), apiPort)
            && Equals(span.GetTagItem("http.request.method"), "POST"));
        return outgoing is null ? null : spans.FirstOrDefault(span => span.SpanId == outgoing.ParentSpanId);
    }

    private sealed class SpanCollector(ConcurrentQueue<Activity> spans) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data) => spans.Enqueue(data);
    }
}
