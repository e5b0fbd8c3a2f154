using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using OrdersMcp.AppHost.Embedded.Processes;
using OrdersMcp.Bench.Servers;

namespace OrdersMcp.Bench.Reports;

/// <summary>On what was measured, and what.</summary>
/// <param name="Processor">Model and number of processors.</param>
/// <param name="Memory">In GB.</param>
/// <param name="System">Kernel and distribution.</param>
/// <param name="LoadAverage">Of the minute before the run: other work makes figures worthless.</param>
/// <param name="Versions">Of what took part.</param>
/// <param name="Commit">What was measured.</param>
/// <param name="Date">When, UTC.</param>
internal sealed record Machine(
    string Processor, string Memory, string System, double LoadAverage, IReadOnlyDictionary<string, string> Versions, string Commit, DateTimeOffset Date)
{
    /// <summary>Above this somebody else works on the machine.</summary>
    private const double IdleLoad = 0.5;

    public bool IsIdle => LoadAverage < IdleLoad;

    public static async Task<Machine> ReadAsync(Workshop workshop, CancellationToken cancellation)
    {
        var model = Fact("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
        var kilobytes = long.Parse(Fact("/proc/meminfo", "MemTotal")!.Split(' ')[0], CultureInfo.InvariantCulture);
        var load = double.Parse((await File.ReadAllTextAsync("/proc/loadavg", cancellation)).Split(' ')[0], CultureInfo.InvariantCulture);
        var versions = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [".NET"] = Environment.Version.ToString(),
            ["Npgsql"] = typeof(Npgsql.NpgsqlConnection).Assembly.GetName().Version!.ToString(3),
        };
        if (await FirstLineAsync(workshop, new Launch(await Peers.NodeProgramAsync(workshop, cancellation), "--version"), cancellation) is { } node)
        {
            versions["Node"] = node;
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Peers"), "package.json", SearchOption.AllDirectories))
        {
            foreach (var dependency in JsonElement.Parse(await File.ReadAllTextAsync(file, cancellation)).GetProperty("dependencies").EnumerateObject())
            {
                versions[dependency.Name] = dependency.Value.GetString()!;
            }
        }

        return new Machine(
            $"{model}, {Environment.ProcessorCount} processors",
            $"{kilobytes / 1e6:0} GB",
            RuntimeInformation.OSDescription,
            load,
            versions,
            Repository.Commit(),
            DateTimeOffset.UtcNow);
    }

    private static string? Fact(string file, string name) => File.ReadLines(file)
        .FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();

    private static async Task<string?> FirstLineAsync(Workshop workshop, Launch launch, CancellationToken cancellation)
    {
        var (exitCode, output) = await Command.RunAsync(launch, workshop.Guardian, cancellation);
        return exitCode == 0 && output.Count > 0 ? output[0] : null;
    }
}
