using System.Diagnostics;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Telemetry;

namespace OrdersMcp.Tests.Observability;

/// <summary>Links from a request to the earlier request that it continues.</summary>
[Trait("Category", "Unit")]
public sealed class CallTraceTests
{
    [Fact]
    public void Later_request_is_linked_to_the_first_and_to_nothing_else()
    {
        using var source = new ActivitySource(CallTrace.Source);
        using var listener = ListenTo(source);
        string? first;
        using (source.StartActivity("first"))
        {
            first = CallTrace.Current;
        }

        using var later = source.StartActivity("later")!;
        CallTrace.Link(first);
        CallTrace.Link(traceparent: null);
        CallTrace.Link("not a context");
        CallTrace.Link(CallTrace.Current);

        Assert.Equal(first, $"00-{later.Links.Single().Context.TraceId}-{later.Links.Single().Context.SpanId}-01");
    }

    [Fact]
    public void Span_of_an_unread_message_keeps_no_name_from_the_client()
    {
        using var source = new ActivitySource(CallTrace.Source);
        using var listener = ListenTo(source);
        using var span = source.StartActivity("tools/call canary")!;
        span.SetTag("mcp.method.name", "tools/call").SetTag("gen_ai.tool.name", "canary").SetTag("gen_ai.prompt.name", "canary");
        span.SetTag("mcp.protocol.version", "canary").SetStatus(ActivityStatusCode.Error, "canary");

        new McpSpanProcessor().OnEnd(span);

        Assert.Equal("tools/call", span.DisplayName);
        Assert.Equal("_OTHER", span.GetTagItem("gen_ai.tool.name"));
        Assert.DoesNotContain(span.TagObjects, tag => Equals(tag.Value, "canary"));
        Assert.Null(span.StatusDescription);
    }

    [Fact]
    public void Nothing_is_linked_outside_a_request()
    {
        Assert.Null(CallTrace.Current);
        CallTrace.Link("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"); // does not fail
    }

    private static ActivityListener ListenTo(ActivitySource source)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = each => ReferenceEquals(each, source),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
