namespace OrdersMcp.Bench.Scenarios;

/// <summary><c>get_order</c> by every way there is, in a closed loop.</summary>
internal sealed class GetOrder : IScenario
{
    public const string Key = "get-order";
    public const string Busy = "16 connections";
    public const string Alone = "1 connection";

    /// <summary>What every right answer holds, however it is wrapped.</summary>
    public const string Expect = "placedAt";

    public string Name => Key;

    public async Task<ScenarioResult> RunAsync(Stage stage, LoadGenerator load, CancellationToken cancellation)
    {
        var busy = await load.RunAsync([.. stage.Contestants.Select(contestant => Turn(stage, load, contestant, Busy, 16))], cancellation);
        var alone = await load.RunAsync([.. stage.Contestants.Select(contestant => Turn(stage, load, contestant, Alone, 1))], cancellation, warmUp: false);
        return new ScenarioResult(
            Name, "get_order", "Closed loop: each connection asks again when it has its answer, for one of 1,000 orders.", [.. busy, .. alone], []);
    }

    public static LoadGenerator.Turn Turn(Stage stage, LoadGenerator load, Contestant contestant, string label, int connections, double? rate = null) => new(
        contestant.Name,
        label,
        load.Plan(
            [contestant.Server.Target],
            [.. stage.OrderIds.Select(contestant.GetOrder)],
            connections,
            Expect,
            [contestant.Server.Watched, .. contestant.Behind],
            rate));
}
