using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using OrdersMcp.AppHost.Local;
using OrdersMcp.Bench.Servers;

namespace OrdersMcp.Bench.Reports;

/// <summary>On what was measured, and what.</summary>
/// <param name="Processor">Model and number of processors.</param>
/// <param name="Memory">In GB.</param>
/// <param name="System">Kernel and distribution.</param>
/// <param name="Busy">The share of its processors that was at work before the run: other work makes figures worthless.</param>
/// <param name="Versions">Of what took part.</param>
/// <param name="Commit">What was measured.</param>
/// <param name="Date">When, UTC.</param>
internal sealed record Machine(
    string Processor, string Memory, string System, double Busy, IReadOnlyDictionary<string, string> Versions, string Commit, DateTimeOffset Date)
{
    /// <summary>Above this somebody else works on the machine.</summary>
    private const double IdleShare = 0.1;

    // Not the load average, which still has the build of this program in it.
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(3);

    public bool IsIdle => Busy < IdleShare;

    public static async Task<Machine> ReadAsync(CancellationToken cancellation)
    {
        var model = Fact("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
        var kilobytes = long.Parse(Fact("/proc/meminfo", "MemTotal")!.Split(' ')[0], CultureInfo.InvariantCulture);
        var before = CpuTicks();
        await Task.Delay(Watched, cancellation);
        var after = CpuTicks();
        var busy = 1 - ((after.Idle - before.Idle) / (double)Math.Max(1, after.All - before.All));
        var versions = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [".NET"] = Environment.Version.ToString(),
            ["Npgsql"] = typeof(Npgsql.NpgsqlConnection).Assembly.GetName().Version!.ToString(3),
        };
        if (await FirstLineAsync(await Peers.NodeProgramAsync(cancellation), "--version", cancellation) is { } node)
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
            busy,
            versions,
            Repository.Commit(),
            DateTimeOffset.UtcNow);
    }

    /// <summary>The first line of /proc/stat: user, nice, system, idle, iowait, …, in ticks since the start (proc(5)).</summary>
    private static (long Idle, long All) CpuTicks()
    {
        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return (ticks[3] + ticks[4], ticks.Take(8).Sum());
    }

    private static string? Fact(string file, string name) => File.ReadLines(file)
        .FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();

    private static async Task<string?> FirstLineAsync(string program, string argument, CancellationToken cancellation)
    {
        var (exitCode, output) = await Programs.RunAsync("/", _ => { }, [program, argument], cancellation);
        return exitCode == 0 && output.Count > 0 ? output[0] : null;
    }
}
