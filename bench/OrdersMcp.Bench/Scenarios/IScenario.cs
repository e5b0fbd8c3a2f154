namespace OrdersMcp.Bench.Scenarios;

/// <summary>Something that is measured.</summary>
internal interface IScenario
{
    /// <summary>As <c>--only</c> takes it.</summary>
    string Name { get; }

    Task<ScenarioResult> RunAsync(Stage stage, LoadGenerator load, CancellationToken cancellation);
}

internal static class AllScenarios
{
    /// <summary>In this order: what is at rest first, what writes last.</summary>
    public static IReadOnlyList<IScenario> InOrder { get; } =
    [
        new MemoryAtRest(), new ColdStarts(), new CatalogBuild(), new GetOrder(), new GetOrderAtRate(), new ToolList(), new ListOrders(),
        new Replicas(), new ManyCalls(), new Allocations(), new CreateOrder(),
    ];
}
