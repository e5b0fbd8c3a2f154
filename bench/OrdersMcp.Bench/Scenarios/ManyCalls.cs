namespace OrdersMcp.Bench.Scenarios;

/// <summary>256 calls at once: what they cost in memory.</summary>
internal sealed class ManyCalls : IScenario
{
    public const string Key = "many-calls";
    public const int Connections = 256;

    public static string PerCall(string contestant) => $"{contestant}, per concurrent call";

    public string Name => Key;

    public async Task<ScenarioResult> RunAsync(Stage stage, LoadGenerator load, CancellationToken cancellation)
    {
        // A fresh process each: what an earlier load left behind is not this one's.
        var turns = new List<LoadGenerator.Turn>();
        var atRest = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var fresh = new FreshServers(stage);
        foreach (var contestant in stage.Contestants)
        {
            if (await fresh.StartAsync(contestant, cancellation) is { } server)
            {
                turns.Add(GetOrder.Turn(stage, load, contestant with { Server = server }, $"{Connections} connections", Connections));
            }
        }

        await Task.Delay(stage.Options.Rest, cancellation);
        foreach (var server in fresh.Servers)
        {
            atRest[server.Key] = server.Value.MemoryBytes;
        }

        var rows = await load.RunAsync(turns, cancellation);
        return new ScenarioResult(
            Name,
            "256 calls at once",
            $"get_order over MCP in fresh processes, {Connections} connections, closed loop. Memory for a concurrent call is the peak less what the process has at rest, by {Connections}.",
            rows,
            [.. rows.Select(row => new Figure(PerCall(row.Contestant), "KB", [((row.PeakMegabytes * 1e6) - atRest[row.Contestant]) / Connections / 1e3]))]);
    }
}
