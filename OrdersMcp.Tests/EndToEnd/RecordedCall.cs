using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>A recorded call of a tool in its own trace.</summary>
/// <param name="Trace">The trace id of the call.</param>
/// <param name="Result">The successful result of the tool.</param>
internal sealed record RecordedCall(string Trace, JsonNode Result)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Calls a tool, and waits for the record of the call.</summary>
    public static async Task<RecordedCall> MakeAsync(RunningStack stack, string tool, JsonObject arguments)
    {
        var trace = ActivityTraceId.CreateRandom().ToString();
        var answer = await Messages.CallAsync(
            new Uri(stack.Mcp.Endpoint), tool, arguments, [("traceparent", $"00-{trace}-00f067aa0ba902b7-01")]);
        Assert.True(answer["result"] is { } result && result["isError"]?.GetValue<bool>() is not true, answer.ToJsonString());
        await Until.NotNullAsync(async () =>
        {
            var page = await OutsideClient.Shared.GetFromJsonAsync<JsonObject>(
                $"{stack.Api.Url}/admin/tool-calls?traceId={trace}", TestContext.Current.CancellationToken);
            return page!["items"]!.AsArray().FirstOrDefault();
        }, Patience, $"The trace {trace} is not on record.");
        return new RecordedCall(trace, answer["result"]!);
    }
}
