using System.Diagnostics;
using System.Globalization;
using ModelContextProtocol.Client;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Capabilities;

/// <summary>A thousand concurrent listeners on the server process.</summary>
[Trait("Category", "Postgres")]
public sealed class ListenLoadTests(ITestOutputHelper output)
{
    private const int Streams = 1000;
    private const long MostBytesPerStream = 200 * 1024;

    /// <summary>How long the streams stay open. ORDERSMCP_LISTEN_SECONDS=60 is the minute in the documentation.</summary>
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(
        double.Parse(Environment.GetEnvironmentVariable("ORDERSMCP_LISTEN_SECONDS") ?? "3", CultureInfo.InvariantCulture));

    [Fact]
    public async Task Thousand_streams_stay_open_and_are_notified_during_tool_calls()
    {
        await using var api = await CapabilitiesApi.StartAsync();
        await using var server = await McpProcess.StartAsync(api.Address, ("DOTNET_gcServer", "0"));
        await using var client = await McpClient.CreateAsync(
            new HttpClientTransport(new HttpClientTransportOptions { Endpoint = server.Endpoint }), cancellationToken: TestContext.Current.CancellationToken);
        for (var i = 0; i < 200; i++)
        {
            await CallAsync(client);
        }

        var before = MemoryOf(server.Process);
        var listeners = await OpenAsync(server.Endpoint);
        var held = Stopwatch.GetTimestamp();
        var calls = 0;
        while (calls < 50 || Stopwatch.GetElapsedTime(held) < Hold)
        {
            await CallAsync(client);
            calls++;
        }

        var perStream = (MemoryOf(server.Process) - before) / Streams;
        await api.TellAsync("""{"thingId":"0"}""");
        await api.TellAsync("""{"thingId":"999"}""");
        Assert.Equal("things://things/0", await listeners[0].NextUpdateAsync());
        Assert.Equal("things://things/999", await listeners[999].NextUpdateAsync());
        Assert.Equal(1, api.Listeners);
        foreach (var listener in listeners)
        {
            listener.Dispose();
        }

        await api.WaitForListenersAsync(0).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        output.WriteLine($"{Streams} streams held for {Hold.TotalSeconds} s, {calls} calls meanwhile: {perStream / 1024.0:0.0} KiB a stream");
        Assert.InRange(perStream, long.MinValue, MostBytesPerStream);
    }

    private static async Task<ListenClient[]> OpenAsync(Uri endpoint)
    {
        var listeners = new ListenClient[Streams];
        await Parallel.ForAsync(0, Streams, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken }, async (i, _) =>
        {
            listeners[i] = await ListenClient.OpenAsync(endpoint, $"things://things/{i}");
            Assert.Equal("notifications/subscriptions/acknowledged", (await listeners[i].NextAsync())!["method"]!.ToString());
        });
        return listeners;
    }

    private static async Task CallAsync(McpClient client)
    {
        var result = await client.CallToolAsync(
            "get_thing", new Dictionary<string, object?> { ["thingId"] = "a" }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.IsError is not true);
    }

    private static long MemoryOf(Process process)
    {
        process.Refresh();
        return process.WorkingSet64;
    }
}
