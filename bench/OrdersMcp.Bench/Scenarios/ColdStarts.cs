using System.Diagnostics;
using OrdersMcp.Bench.Servers;

namespace OrdersMcp.Bench.Scenarios;

/// <summary>How long a process takes until it is ready for requests.</summary>
internal sealed class ColdStarts : IScenario
{
    public const string Key = "cold-starts";
    public const string Core = "AppHost: API and MCP server healthy";

    private static readonly TimeSpan StackPatience = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(60);

    public string Name => Key;

    public async Task<ScenarioResult> RunAsync(Stage stage, LoadGenerator load, CancellationToken cancellation)
    {
        var (api, mcp) = (new List<double>(), new List<double>());
        for (var i = 0; i < stage.Options.Starts; i++)
        {
            var port = Server.FreePort();
            api.Add(await TimeAsync(stage, "api-cold", port, ServiceLaunch.Api(port, stage.Database.ConnectionString, stage.OtlpPort), cancellation));
            port = Server.FreePort();
            mcp.Add(await TimeAsync(stage, "mcp-cold", port, ServiceLaunch.Mcp(port, stage.Api.Url, stage.OtlpPort), cancellation));
        }

        var figures = new List<Figure> { new("API", "s", api), new("MCP server", "s", mcp) };
        figures.AddRange(await StackAsync(stage, cancellation));
        return new ScenarioResult(
            Name,
            "Starts",
            "From the start of the process until /health answers 200; the database is there and migrated. The AppHost starts warm, from `dotnet run "
            + "--no-build`: its tools are installed and its database was made by an earlier start. Everything is PostgreSQL, API, MCP server, Inspector and dashboard.",
            [],
            figures);
    }

    private static async Task<double> TimeAsync(Stage stage, string name, int port, Launch launch, CancellationToken cancellation)
    {
        await using var server = await Server.StartAsync(stage.Workshop, name, port, launch, "/health", cancellation: cancellation);
        return server.StartTime.TotalSeconds;
    }

    private static async Task<IReadOnlyList<Figure>> StackAsync(Stage stage, CancellationToken cancellation)
    {
        // PostgreSQL, which does not run as root, has to reach its data: not below a folder that is the owner's alone.
        var data = Path.Combine(Path.GetTempPath(), $"ordersmcp-bench-stack-{Path.GetRandomFileName()}");
        try
        {
            await StartStackAsync(stage, data, cancellation); // installs, makes the database
            var (core, all, stop) = (new List<double>(), new List<double>(), new List<double>());
            for (var i = 0; i < stage.Options.Starts; i++)
            {
                var start = await StartStackAsync(stage, data, cancellation);
                core.Add(start.Core.TotalSeconds);
                all.Add(start.All.TotalSeconds);
                stop.Add(start.Stop.TotalSeconds);
            }

            return [new Figure(Core, "s", core), new Figure("AppHost: everything healthy", "s", all), new Figure("AppHost: everything stopped", "s", stop)];
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<(TimeSpan Core, TimeSpan All, TimeSpan Stop)> StartStackAsync(Stage stage, string data, CancellationToken cancellation)
    {
        var (api, mcp, inspector) = (Server.FreePort(), Server.FreePort(), Server.FreePort());
        var launch = new Launch(
            Launch.DotNet, "run", "--no-build", "--configuration", "Release", "--project", Path.Combine(Repository.Root, "OrdersMcp.AppHost"), "--",
            "--containers", "false", "--data", data, "--dashboard-port", "0", "--api-port", $"{api}", "--mcp-port", $"{mcp}", "--inspector-port", $"{inspector}", "--playground-port", "0");
        var started = Stopwatch.GetTimestamp();
        var stack = await Server.StartAsync(stage.Workshop, "apphost", api, launch, "/health", healthPort: mcp, cancellation: cancellation, patience: StackPatience);
        try
        {
            await stack.UntilHealthyAsync(api, "/health", StackPatience, cancellation);
            var core = Stopwatch.GetElapsedTime(started);
            await stack.UntilHealthyAsync(inspector, "/healthz", StackPatience, cancellation);
            var all = Stopwatch.GetElapsedTime(started);
            var stopping = Stopwatch.GetTimestamp();
            await stack.StopAsync(StopPatience);
            return (core, all, Stopwatch.GetElapsedTime(stopping));
        }
        finally
        {
            await stack.DisposeAsync();
        }
    }
}
