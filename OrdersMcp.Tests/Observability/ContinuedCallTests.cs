using System.Diagnostics;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer.Confirmation;

namespace OrdersMcp.Tests.Observability;

/// <summary>The spans of calls that continue an earlier call.</summary>
[Trait("Category", "Postgres")]
public sealed class ContinuedCallTests
{
    [Fact]
    public async Task Repeat_with_an_answer_is_linked_to_the_call_that_asked()
    {
        var signals = new RecordedSignals();
        await using var shop = await ShopApi.StartAsync();
        await using var server = McpApplication.StartWith(shop.Api.Address, signals.Configure);
        await server.WaitForHealthAsync("Healthy");
        var arguments = new JsonObject { ["orderId"] = 7, ["reason"] = "Twice." };
        var (asking, repeating) = (ActivityTraceId.CreateRandom(), ActivityTraceId.CreateRandom());

        var asked = await server.SendAsync("cancel_order", arguments, headers: Traced(asking));
        ToolCalls.Done(await server.SendAsync(
            "cancel_order", arguments, asked["result"]!["requestState"]!.ToString(), ToolCalls.Yes, headers: Traced(repeating)));

        var (first, repeat) = (CallOf(signals, asking), CallOf(signals, repeating));
        Assert.Equal("confirmation_required", first.GetTagItem("ordersmcp.outcome"));
        Assert.Null(first.GetTagItem("error.type"));
        Assert.DoesNotContain(first.Links, link => link.Context.TraceId == repeating);
        Assert.Equal("ok", repeat.GetTagItem("ordersmcp.outcome"));
        var link = Assert.Single(repeat.Links, link => link.Context.TraceId == asking);
        Assert.Equal(first.SpanId, link.Context.SpanId);
    }

    private static (string Name, string Value) Traced(ActivityTraceId trace) => ("traceparent", $"00-{trace}-00f067aa0ba902b7-01");

    private static Activity CallOf(RecordedSignals signals, ActivityTraceId trace) =>
        signals.SpansOf(trace, spans => spans.Any(IsCall)).Single(IsCall);

    private static bool IsCall(Activity span) => span.DisplayName == "tools/call cancel_order";
}
