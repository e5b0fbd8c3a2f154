using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer;

namespace OrdersMcp.Tests.Observability;

/// <summary>A server that exports nothing, in front of an API that may.</summary>
[Trait("Category", "Postgres")]
public sealed class UnrecordedTraceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task Trace_that_begins_in_a_server_without_exporter_may_be_recorded_behind_it()
    {
        await using var api = await StartApiAsync();
        await using var server = await McpProcess.StartAsync(api.Address);

        await server.CallAsync("get_thing", new() { ["thingId"] = "a" });

        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-01$", TraceParent(api));
    }

    [Theory]
    [InlineData("00")]
    [InlineData("01")]
    public async Task Trace_of_a_caller_keeps_the_callers_decision(string flags)
    {
        await using var api = await StartApiAsync();
        await using var server = await McpProcess.StartAsync(api.Address);

        await server.CallAsync("get_thing", new() { ["thingId"] = "a" }, [("traceparent", $"00-{Trace}-00f067aa0ba902b7-{flags}")]);

        Assert.Matches($"^00-{Trace}-[0-9a-f]{{16}}-{flags}$", TraceParent(api));
    }

    [Fact]
    public async Task Trace_that_begins_over_stdio_may_be_recorded_behind_it()
    {
        await using var api = await StartApiAsync();
        var call = Messages.Request("tools/call", new() { ["name"] = "get_thing", ["arguments"] = new JsonObject { ["thingId"] = "a" } });

        // Written by hand: a client in the process of the tests may begin the trace itself.
        using var server = Process.Start(new ProcessStartInfo(
            "dotnet", [BuiltProgram.Path("OrdersMcp.McpServer"), "--stdio", "--api", api.Address, "--Audit:Api="])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            await server.StandardInput.WriteLineAsync(call.ToJsonString());
            await server.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            var answer = await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask()
                .WaitAsync(Patience, TestContext.Current.CancellationToken);
            Assert.NotNull(JsonNode.Parse(answer!)!["result"]);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
        }

        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-01$", TraceParent(api));
    }

    private static async Task<TestApi> StartApiAsync()
    {
        var api = await TestApi.StartAsync(Documents.Things);
        api.Answer = context => context.Response.WriteAsync("""{"id":"a"}""");
        return api;
    }

    private static string TraceParent(TestApi api) => Assert.Single(api.Requests).Headers["traceparent"];
}
