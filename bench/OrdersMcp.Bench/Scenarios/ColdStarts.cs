using System.Diagnostics;
using OrdersMcp.AppHost.Embedded;
using OrdersMcp.AppHost.Embedded.Processes;
using OrdersMcp.Bench.Servers;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Bench.Scenarios;

/// <summary>How long a process takes until it is ready for requests.</summary>
internal sealed class ColdStarts : IScenario
{
    public const string Key = "cold-starts";
    public const string Core = "embedded stack, core";

    private static readonly TimeSpan StackPatience = TimeSpan.FromMinutes(8);

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
        if (File.Exists(Path.Combine(AppContext.BaseDirectory, "..", "..", "OrdersMcp.AppHost", "release", "Embedded", "Processes", "guardian.sh")))
        {
            figures.AddRange(await StackAsync(stage, cancellation));
        }
        else
        {
            stage.Note("The embedded stack is not started: this build of the AppHost is Aspire's (-p:Orchestrator=Embedded builds the other).");
        }

        return new ScenarioResult(
            Name,
            "Starts",
            "From the start of the process until /health answers 200; the database is there and migrated. The stack starts warm: its tools are installed and "
            + "its database was made by an earlier start. Core is PostgreSQL, API and MCP server; all has the dashboard and the Inspector too.",
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
            var (core, all) = (new List<double>(), new List<double>());
            for (var i = 0; i < stage.Options.Starts; i++)
            {
                var manifest = await StartStackAsync(stage, data, cancellation);
                core.Add(manifest.CoreReadySeconds);
                all.Add(manifest.ReadySeconds);
            }

            return [new Figure(Core, "s", core), new Figure("embedded stack, all", "s", all)];
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<StackManifest> StartStackAsync(Stage stage, string data, CancellationToken cancellation)
    {
        var launch = new Launch(
            Executable.DotNet, BuiltProgram.Path("OrdersMcp.AppHost"), "--data", data,
            "--dashboard-port", "0", "--api-port", "0", "--mcp-port", "0", "--inspector-port", "0");
        await using var stack = await ChildProcess.StartAsync(launch, stage.Workshop.Guardian, _ => { });
        var manifest = Path.Combine(data, "stack.json");
        var waited = Stopwatch.StartNew();
        while (!File.Exists(manifest))
        {
            if (stack.Exited.IsCompleted || waited.Elapsed > StackPatience)
            {
                throw new InvalidOperationException($"The stack does not start:\n{string.Join('\n', stack.LastLines)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }

        var read = StackManifest.FromJson(await File.ReadAllTextAsync(manifest, cancellation));
        await stack.StopAsync(TimeSpan.FromSeconds(30));
        return read;
    }
}
