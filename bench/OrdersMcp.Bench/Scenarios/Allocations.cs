using System.Globalization;
using System.Net.Sockets;
using System.Text;
using OrdersMcp.Bench.Load;
using OrdersMcp.Bench.Servers;

namespace OrdersMcp.Bench.Scenarios;

/// <summary>What a call allocates in the process that answers it, by the process's own count.</summary>
internal sealed class Allocations : IScenario
{
    public const string Key = "allocations";
    public const string Ours = "mcp: get_order";
    public const string Sdk = "csharp-sdk: a constant";

    private const int Connections = 16;

    public string Name => Key;

    public async Task<ScenarioResult> RunAsync(Stage stage, LoadGenerator load, CancellationToken cancellation)
    {
        var calls = stage.Options.Quick ? 2_000 : 20_000;
        var (mcpProbe, bareProbe, apiProbe) = (Socket(stage, "mcp"), Socket(stage, "bare"), Socket(stage, "api"));
        var port = Server.FreePort();
        await using var mcp = await Server.StartAsync(
            stage.Workshop, "mcp-probed", port, ServiceLaunch.Mcp(port, stage.Api.Url, stage.OtlpPort, mcpProbe), "/health", cancellation: cancellation);
        port = Server.FreePort();
        await using var bare = await Server.StartAsync(stage.Workshop, "bare-probed", port, stage.BareMcp(port, bareProbe), "/health", cancellation: cancellation);
        port = Server.FreePort();
        await using var api = await Server.StartAsync(
            stage.Workshop, "api-probed", port, ServiceLaunch.Api(port, stage.Database.ConnectionString, stage.OtlpPort, apiProbe), "/health", cancellation: cancellation);

        var orderIds = stage.OrderIds;
        return new ScenarioResult(
            Name,
            "Allocations",
            $"Bytes that the answering process allocated for a call, over {calls:N0} calls on {Connections} connections after as many to warm up. \"A constant\" is a "
            + "tool that answers an order from memory on the C# SDK alone: what the SDK and Kestrel allocate by themselves.",
            [],
            [
                await MeasureAsync(Ours, mcp, mcpProbe, [.. orderIds.Select(id => Requests.Tool(Requests.Newest, id))]),
                await MeasureAsync(Sdk, bare, bareProbe, [.. orderIds.Select(id => Requests.Tool(Requests.Newest, id, "constant"))]),
                await MeasureAsync("csharp-sdk: get_order", bare, bareProbe, [.. orderIds.Select(id => Requests.Tool(Requests.Newest, id))]),
                await MeasureAsync("mcp: tools/list", mcp, mcpProbe, [Requests.ToolList(Requests.Newest)], "get_order"),
                await MeasureAsync("rest: get_order", api, apiProbe, [.. orderIds.Select(Requests.Rest)]),
            ]);

        async Task<Figure> MeasureAsync(string name, Server server, string probe, IReadOnlyList<LoadRequest> requests, string expect = GetOrder.Expect)
        {
            var plan = load.Plan([server.Target], requests, Connections, expect, []) with { WarmUpSeconds = 0, Seconds = 60, MostRequests = calls };
            var readings = new List<double>();
            var retries = 3;
            await LoadGenerator.RunAsync(plan, cancellation);
            for (var round = 0; round < stage.Options.Rounds; round++)
            {
                var before = await ReadAsync(probe, cancellation);
                var result = await LoadGenerator.RunAsync(plan, cancellation);
                if (result.Failed > 0)
                {
                    throw new InvalidOperationException($"{name}: {result.FirstFailure}");
                }

                var allocated = await ReadAsync(probe, cancellation) - before;
                if (allocated <= 0)
                {
                    // The count of the server collector goes back where it gives up a heap: the round is taken again.
                    if (--retries < 0)
                    {
                        throw new InvalidOperationException($"{name}: the process says that it allocated {allocated} bytes for {result.Completed} calls.");
                    }

                    round--;
                    continue;
                }

                readings.Add(allocated / (double)result.Completed / 1e3);
            }

            return new Figure(name, "KB", readings);
        }
    }

    private static string Socket(Stage stage, string name) => Path.Combine(stage.Workshop.Folder, $"{name}.probe");

    private static async Task<long> ReadAsync(string path, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
        var buffer = new byte[64];
        var length = await socket.ReceiveAsync(buffer, cancellation);
        return long.Parse(Encoding.ASCII.GetString(buffer, 0, length), CultureInfo.InvariantCulture);
    }
}
