namespace OrdersMcp.Bench.Scenarios;

/// <summary><c>tools/list</c>, beside <c>get_order</c>.</summary>
internal sealed class ToolList : IScenario
{
    public const string Key = "tools-list";
    public const string List = "tools/list";
    public const string Call = "tools/call get_order";

    public string Name => Key;

    public async Task<ScenarioResult> RunAsync(Stage stage, LoadGenerator load, CancellationToken cancellation)
    {
        var turns = new List<LoadGenerator.Turn>();
        foreach (var (name, version) in new[] { (ContestantNames.Mcp, Requests.Newest), (ContestantNames.McpHandshake, Requests.Handshake) })
        {
            if (stage.Find(name) is { } contestant)
            {
                turns.Add(new(name, List, load.Plan(
                    [contestant.Server.Target], [Requests.ToolList(version)], 16, "\"get_order\"", [contestant.Server.Watched])));
                turns.Add(GetOrder.Turn(stage, load, contestant, Call, 16));
            }
        }

        return new ScenarioResult(Name, "tools/list", "16 connections, closed loop.", await load.RunAsync(turns, cancellation), []);
    }
}
