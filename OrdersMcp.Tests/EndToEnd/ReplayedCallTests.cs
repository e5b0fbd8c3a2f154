using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrdersMcp.McpServer.Hosting.Commands;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>The command <c>replay</c> as a process, on recorded calls of the running stack.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Stack")]
public sealed class ReplayedCallTests(SharedStack shared)
{
    private static readonly HttpClient Http = OutsideClient.Shared;

    private string Api => shared.Stack.Api.Url;

    [Theory]
    [InlineData("get_order", """{"orderId":2}""")]
    [InlineData("list_orders", """{"status":"shipped","limit":3}""")]
    public async Task Reading_is_repeated_and_compared(string tool, string arguments)
    {
        var call = await CallAsync(tool, JsonNode.Parse(arguments)!.AsObject());

        var (exitCode, output, errors) = await ReplayAsync(call.Trace);

        Assert.True(exitCode == ReplayCommand.Same, output + errors);
        Assert.Contains($" {tool}(", output, StringComparison.Ordinal);
        Assert.Contains("The answer is the same (", output, StringComparison.Ordinal);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Answer_that_has_changed_is_shown()
    {
        var order = IdOf(await CallAsync("create_order", CallMix.Order(1)));
        var reading = await CallAsync("get_order", new JsonObject { ["orderId"] = order });
        await CallAsync("start_processing_order", new JsonObject { ["orderId"] = order });

        var (exitCode, output, errors) = await ReplayAsync(reading.Trace);

        Assert.True(exitCode == ReplayCommand.Differs, output + errors);
        Assert.Contains("\"status\":\"processing\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writing_is_refused_and_not_done_again()
    {
        var placing = await CallAsync("create_order", CallMix.Order(1));

        var (exitCode, output, errors) = await ReplayAsync(placing.Trace);

        Assert.True(exitCode == ReplayCommand.Refused, output + errors);
        Assert.Contains("create_order changes something (POST /orders): it is not called again.", errors, StringComparison.Ordinal);
        var newest = await Http.GetFromJsonAsync<JsonObject>($"{Api}/orders?limit=1", TestContext.Current.CancellationToken);
        Assert.Equal(IdOf(placing), (long)newest!["items"]![0]!["id"]!);
    }

    [Fact]
    public async Task Unknown_trace_is_reported_as_missing_with_advice()
    {
        var (exitCode, _, errors) = await ReplayAsync(ActivityTraceId.CreateRandom().ToString());

        Assert.Equal(ReplayCommand.NotRecorded, exitCode);
        Assert.Contains("list_tool_calls", errors, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Error)> ReplayAsync(string trace) =>
        McpProcess.RunAsync(["replay", trace], ("services:api:http:0", Api));

    private Task<RecordedCall> CallAsync(string tool, JsonObject arguments) => RecordedCall.MakeAsync(shared.Stack, tool, arguments);

    private static long IdOf(RecordedCall placing) => (long)placing.Result["structuredContent"]!["id"]!;
}
