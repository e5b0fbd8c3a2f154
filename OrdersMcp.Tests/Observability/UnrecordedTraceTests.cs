using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Client;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer;

namespace OrdersMcp.Tests.Observability;

/// <summary>A server that exports nothing, in front of an API that may.</summary>
public sealed class UnrecordedTraceTests
{
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
        await using var client = await McpClient.CreateAsync(
            new StdioClientTransport(new StdioClientTransportOptions
            {
                Command = "dotnet",
                Arguments = [BuiltProgram.Path("OrdersMcp.McpServer"), "--stdio", "--api", api.Address, "--Audit:Api="],
            }),
            cancellationToken: TestContext.Current.CancellationToken);

        await client.CallToolAsync(
            "get_thing", new Dictionary<string, object?> { ["thingId"] = "a" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.EndsWith("-01", TraceParent(api), StringComparison.Ordinal);
    }

    private static async Task<TestApi> StartApiAsync()
    {
        var api = await TestApi.StartAsync(Documents.Things);
        api.Answer = context => context.Response.WriteAsync("""{"id":"a"}""");
        return api;
    }

    private static string TraceParent(TestApi api) => Assert.Single(api.Requests).Headers["traceparent"];
}
