using OrdersMcp.Bench.Servers;

namespace OrdersMcp.Bench.Scenarios;

/// <summary>One, two and four MCP servers that take turns request by request: none knows what another was asked.</summary>
internal sealed class Replicas : IScenario
{
    public const string Key = "replicas";

    private static readonly int[] Counts = [1, 2, 4];

    public string Name => Key;

    public async Task<ScenarioResult> RunAsync(Stage stage, LoadGenerator load, CancellationToken cancellation)
    {
        var replicas = new List<Server>();
        try
        {
            for (var i = 0; i < Counts.Max(); i++)
            {
                var port = Server.FreePort();
                replicas.Add(await Server.StartAsync(
                    stage.Workshop, $"mcp-{i + 1}", port, ServiceLaunch.Mcp(port, stage.Api.Url, stage.OtlpPort), "/health", cancellation: cancellation));
            }

            var turns = Counts.Select(count => new LoadGenerator.Turn(ContestantNames.Mcp, $"{count} of 4", load.Plan(
                [.. replicas.Take(count).Select(replica => replica.Target)],
                [.. stage.OrderIds.Select(id => Requests.Tool(Requests.Newest, id))],
                16,
                GetOrder.Expect,
                [.. replicas.Take(count).Select(replica => replica.Watched), stage.Api.Watched, stage.Postgres])));
            return new ScenarioResult(
                Name,
                "Replicas behind a round-robin",
                "get_order over MCP, 16 connections; each next request of a connection goes to the next replica. On a machine that one replica fills, more "
                + "of them gain nothing: what shows is that any of them answers.",
                await load.RunAsync([.. turns], cancellation),
                []);
        }
        finally
        {
            foreach (var replica in replicas)
            {
                await replica.DisposeAsync();
            }
        }
    }
}
