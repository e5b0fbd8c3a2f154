using OrdersMcp.Bench.Servers;

namespace OrdersMcp.Bench.Scenarios;

/// <summary>How long the MCP server takes to make a thousand tools of a document.</summary>
internal sealed class CatalogBuild : IScenario
{
    public const string Key = "catalog-build";

    private const int Many = 1000;

    public string Name => Key;

    public async Task<ScenarioResult> RunAsync(Stage stage, LoadGenerator load, CancellationToken cancellation)
    {
        var (few, many, memory) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < stage.Options.Starts; i++)
        {
            few.Add((await StartAsync(stage, 1, cancellation)).Seconds);
            var (seconds, megabytes) = await StartAsync(stage, Many, cancellation);
            many.Add(seconds);
            memory.Add(megabytes);
        }

        return new ScenarioResult(
            Name,
            "Catalog of a thousand operations",
            "From the start of the MCP server until it is ready with the tools of a document in a file. The difference is what the operations take in a cold process.",
            [],
            [
                new Figure("ready with 1 operation", "s", few),
                new Figure($"ready with {Many:N0} operations", "s", many),
                new Figure($"{Many - 1} operations more", "s", [.. many.Zip(few, (a, b) => a - b)]),
                new Figure($"memory with {Many:N0} operations", "MB", memory),
            ]);
    }

    private static async Task<(double Seconds, double Megabytes)> StartAsync(Stage stage, int operations, CancellationToken cancellation)
    {
        var file = Path.Combine(stage.Workshop.Folder, $"document-{operations}.json");
        await File.WriteAllTextAsync(file, LargeDocument.Of(operations).ToJsonString(), cancellation);
        var port = Server.FreePort();
        await using var server = await Server.StartAsync(
            stage.Workshop, "mcp-catalog", port,
            ServiceLaunch.Mcp(port, stage.Api.Url, stage.OtlpPort, probe: null, ("Mcp__Apis__0__Document", file), ("Mcp__Apis__0__BaseAddress", stage.Api.Url)),
            "/health", cancellation: cancellation);
        return (server.StartTime.TotalSeconds, server.MemoryBytes / 1e6);
    }
}
