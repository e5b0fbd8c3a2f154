namespace OrdersMcp.Bench.Scenarios;

/// <summary>The resident set of each process that has started, and has answered one request.</summary>
internal sealed class MemoryAtRest : IScenario
{
    public const string Key = "memory-at-rest";

    public string Name => Key;

    public Task<ScenarioResult> RunAsync(Stage stage, LoadGenerator load, CancellationToken cancellation)
    {
        var servers = stage.Contestants.Select(contestant => contestant.Server).Append(stage.Api).Append(stage.Mcp).DistinctBy(server => server.Pid);
        return Task.FromResult(new ScenarioResult(
            Name,
            "Memory at rest",
            $"Resident set {stage.Options.Rest.TotalSeconds:0} s after the start, before any load; each process has answered a handful of requests "
            + $"(the API {stage.OrderIds.Count:N0}).",
            [],
            [.. servers.Select(server => new Figure(server.Name, "MB", [server.MemoryBytes / 1e6]))]));
    }
}
