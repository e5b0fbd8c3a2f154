using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.AppHost.Resources;
using OrdersMcp.Tests.EndToEnd;

namespace OrdersMcp.Tests.Aspire;

/// <summary>What a user finds on the dashboard's resources, in the running system: links and commands.</summary>
[Collection(StackCollection.Name)]
public sealed class DashboardTests(SharedStack shared)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private DistributedApplication Application => ((AspireStack)shared.Stack).Application;

    [Theory]
    [InlineData("api", "Swagger", "/swagger")]
    [InlineData("mcp", "MCP endpoint", "/mcp")]
    [InlineData("mcp", "MCP specification", "/specification")]
    [InlineData("inspector", "Inspector", "")]
    public async Task Resource_has_a_link_with_a_name(string name, string text, string path)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);

        var state = await Application.ResourceNotifications.WaitForResourceAsync(
            name, state => state.Snapshot.Urls.Any(url => url.DisplayProperties.DisplayName == text), patience.Token);

        var link = state.Snapshot.Urls.First(url => url.DisplayProperties.DisplayName == text);
        Assert.Contains(path, link.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_compares_a_recorded_reading()
    {
        var trace = await CallAsync("get_order", new JsonObject { ["orderId"] = 1 });

        var result = await ReplayAsync($" {trace} "); // as it is pasted

        Assert.True(result.Success, result.Message + result.Data?.Value);
        Assert.Equal("The answer is the same.", result.Message);
        Assert.Contains("get_order(", result.Data!.Value, StringComparison.Ordinal);
        Assert.Contains("The answer is the same (", result.Data.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_refuses_what_changed_something()
    {
        var trace = await CallAsync("create_order", CallMix.Order(1));

        var result = await ReplayAsync(trace);

        Assert.False(result.Success);
        Assert.Contains("create_order changes something (POST /orders): it is not called again.", result.Data!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_takes_no_other_text_than_a_trace_id()
    {
        var result = await ReplayAsync("--help");

        Assert.False(result.Success);
        Assert.Null(result.Data); // nothing was started
    }

    private async Task<ExecuteCommandResult> ReplayAsync(string traceId)
    {
        var mcp = Application.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(resource => resource.Name == "mcp");
        return await Application.ResourceCommands.ExecuteCommandAsync(
            mcp,
            ReplayCommand.Name,
            new InteractionInputCollection([new InteractionInput { Name = ReplayCommand.Argument, InputType = InputType.Text, Value = traceId }]),
            TestContext.Current.CancellationToken);
    }

    private async Task<string> CallAsync(string tool, JsonObject arguments) =>
        (await RecordedCall.MakeAsync(shared.Stack.Manifest, tool, arguments)).Trace;
}
