using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using OrdersMcp.Bench.Servers;

namespace OrdersMcp.Chaos;

/// <summary>A fault as it was made.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Began">When it began, as a timestamp of <see cref="Stopwatch"/>.</param>
/// <param name="Ready">When the system was ready again.</param>
/// <param name="Recovery">From then until the first call succeeded.</param>
internal sealed record MadeFault(Fault Fault, long Began, long Ready, TimeSpan Recovery);

/// <summary>Makes one fault after the other under load, then proves what became of the writes.</summary>
internal sealed class Campaign(ChaosSystem system, Workshop workshop, int seed, TimeSpan grace)
{
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public int Seed => seed;

    /// <summary>How long after it is ready the system may still fail.</summary>
    public TimeSpan Grace => grace;

    public Ledger Ledger { get; } = new();

    public List<MadeFault> Faults { get; } = [];

    /// <summary>Failures that no fault explains.</summary>
    public IReadOnlyList<FailedCall> Unexplained => [.. Ledger.Failures.Where(failure => !Faults.Exists(made =>
        made.Fault.MayFail && failure.Ended >= made.Began && failure.Began <= made.Ready + (long)(Grace.TotalSeconds * Stopwatch.Frequency)))];

    public async Task<IReadOnlyList<Finding>> RunAsync(TimeSpan duration, CancellationToken cancellation)
    {
        await WarmUpAsync(cancellation);
        var start = await Baseline.TakeAsync(system, cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var load = new Load(system, Ledger, seed).RunAsync(stop.Token, cancellation);
        var random = new Random(seed);
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < duration)
        {
            foreach (var fault in Fault.All(system).OrderBy(_ => random.Next()))
            {
                if (Stopwatch.GetElapsedTime(began) >= duration)
                {
                    break;
                }

                await Task.Delay(Calm, cancellation);
                await MakeAsync(fault, cancellation);
            }
        }

        await Task.Delay(Calm, cancellation);
        await stop.CancelAsync();
        await load;
        workshop.Tell("The load has ended; proving what became of it");
        return await Proof.OfAsync(system, start, this, cancellation);
    }

    private async Task MakeAsync(Fault fault, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        await fault.MakeAsync(cancellation);
        var ready = Stopwatch.GetTimestamp();
        await UntilCallsSucceedAsync(cancellation);
        Faults.Add(new MadeFault(fault, began, ready, Stopwatch.GetElapsedTime(ready)));
        workshop.Tell(string.Create(CultureInfo.InvariantCulture,
            $"{fault.Name}: {Stopwatch.GetElapsedTime(began, ready).TotalSeconds:0.0} s, then a call after {Faults[^1].Recovery.TotalMilliseconds:0} ms; {Ledger.Writes.Count:N0} writes, {Ledger.Reads:N0} reads"));
    }

    private async Task UntilCallsSucceedAsync(CancellationToken cancellation)
    {
        using var client = new Client(system);
        var began = Stopwatch.GetTimestamp();
        while ((await client.CallAsync("get_order", new JsonObject { ["orderId"] = 1 }, ActivityTraceId.CreateRandom().ToString(), cancellation)).Ending != Ending.Done)
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
            {
                throw new InvalidOperationException("No call succeeds any more.");
            }

            await Task.Delay(20, cancellation);
        }
    }

    private async Task WarmUpAsync(CancellationToken cancellation)
    {
        using var client = new Client(system);
        for (var i = 0; i < 200; i++)
        {
            await client.CallAsync("get_order", new JsonObject { ["orderId"] = 1 }, ActivityTraceId.CreateRandom().ToString(), cancellation);
        }
    }
}
