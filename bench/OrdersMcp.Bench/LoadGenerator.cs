using System.Diagnostics;
using System.Text.Json;
using OrdersMcp.Bench.Load;
using OrdersMcp.Bench.Servers;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Bench;

/// <summary>Runs the load generator, a process of its own, once for each turn of a contestant.</summary>
internal sealed class LoadGenerator(BenchOptions options, Action<string> tell)
{
    /// <summary>More than any turn here sends; a bound, not a target.</summary>
    public const long MostRequests = 2_000_000;

    /// <summary>A load that is put on a contestant, and what a right answer holds.</summary>
    public sealed record Turn(string Contestant, string Load, LoadPlan Plan);

    /// <summary>A closed loop over these connections.</summary>
    public LoadPlan Plan(
        IReadOnlyList<string> targets, IReadOnlyList<LoadRequest> requests, int connections, string expect,
        IReadOnlyList<WatchedProcess> processes, double? rate = null) => new(
            targets, requests, connections, options.WarmUpSeconds, options.Seconds, MostRequests, rate, expect, "\"isError\":true", processes);

    /// <summary>All turns in rounds, each round in another order, so that what disturbs the machine disturbs all.</summary>
    public async Task<IReadOnlyList<Row>> RunAsync(IReadOnlyList<Turn> turns, CancellationToken cancellation, bool warmUp = true, int? rounds = null)
    {
        if (warmUp)
        {
            foreach (var turn in turns)
            {
                await RunAsync(turn.Plan with { WarmUpSeconds = 0, Seconds = options.FirstWarmUpSeconds, Processes = [] }, cancellation);
            }
        }

        var results = turns.Select(_ => new List<LoadResult>()).ToArray();
        for (var round = 0; round < (rounds ?? options.Rounds); round++)
        {
            for (var i = 0; i < turns.Count; i++)
            {
                var index = (i + round) % turns.Count;
                var result = await RunAsync(turns[index].Plan, cancellation);
                results[index].Add(result);
                tell($"round {round + 1}: {turns[index].Contestant}, {turns[index].Load}: {result.Throughput:N0}/s, p50 {result.P50:0.00} ms, p99 {result.P99:0.00} ms"
                    + (result.Failed > 0 ? $", {result.Failed} failed: {result.FirstFailure}" : ""));
            }
        }

        return [.. turns.Select((turn, index) => new Row(turn.Contestant, turn.Load, results[index]))];
    }

    public static async Task<LoadResult> RunAsync(LoadPlan plan, CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo(Launch.DotNet, [BuiltProgram.Path("OrdersMcp.Bench.Load")])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            await JsonSerializer.SerializeAsync(process.StandardInput.BaseStream, plan, JsonSerializerOptions.Web, cancellation);
            process.StandardInput.Close();
            var output = await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode == 0
                ? JsonSerializer.Deserialize<LoadResult>(output, JsonSerializerOptions.Web)!
                : throw new InvalidOperationException($"The load generator failed with {process.ExitCode}.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
