namespace OrdersMcp.Bench.Scenarios;

/// <summary>
/// <c>get_order</c> in an open loop: requests come when they are due, whether or not earlier ones are answered, and wait
/// as callers do who know nothing of each other. Latency counts from when a request was due.
/// </summary>
internal sealed class GetOrderAtRate : IScenario
{
    public const string Key = "get-order-at-rate";

    private const int Connections = 64;
    private const double Share = 0.5;

    public string Name => Key;

    public async Task<ScenarioResult> RunAsync(Stage stage, LoadGenerator load, CancellationToken cancellation)
    {
        var turns = new List<LoadGenerator.Turn>();
        foreach (var contestant in stage.Contestants)
        {
            // What it can do at most, in this minute; the rate is half of that.
            var plan = GetOrder.Turn(stage, load, contestant, "", 16).Plan;
            var most = (await LoadGenerator.RunAsync(plan, cancellation)).Throughput;
            var rate = Math.Max(1, Math.Round(most * Share));
            turns.Add(GetOrder.Turn(stage, load, contestant, $"{Share:P0} of its most", Connections, rate));
        }

        return new ScenarioResult(
            Name,
            "get_order at half of the highest rate",
            $"Open loop over {Connections} connections at {Share:P0} of what the contestant did in a closed loop just before. Latency counts from when "
            + "a request was due, so that waiting behind a slow one counts (coordinated omission).",
            await load.RunAsync(turns, cancellation, warmUp: false),
            []);
    }
}
