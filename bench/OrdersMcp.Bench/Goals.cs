using OrdersMcp.Bench.Scenarios;

namespace OrdersMcp.Bench;

/// <summary>Something that the system must reach.</summary>
/// <param name="Text">What.</param>
/// <param name="Target">The bound, as text.</param>
/// <param name="Measured">What was measured, or null where the run left something out that it takes.</param>
/// <param name="Unit">Of the measured value: <c>×</c> for a ratio.</param>
/// <param name="IsMet">Whether the bound holds; null where nothing was measured.</param>
internal sealed record Goal(string Text, string Target, double? Measured, string Unit, bool? IsMet)
{
    public string Shown => Measured is { } value ? $"{value:0.00} {Unit}" : "not measured";

    public string Verdict => IsMet switch { true => "met", false => "missed", null => "—" };
}

/// <summary>The goals, judged by the results of one run.</summary>
internal sealed class Goals(IReadOnlyList<ScenarioResult> results)
{
    public IReadOnlyList<Goal> Judge() =>
    [
        AtLeast("REST get_order beside the floor, telemetry off", 0.75, ThroughputRatio(ContestantNames.RestQuiet, ContestantNames.Floor)),
        AtLeast("REST get_order beside the floor, telemetry on", 0.60, ThroughputRatio(ContestantNames.Rest, ContestantNames.Floor)),
        AtLeast("MCP get_order beside our REST, telemetry on", 0.40, ThroughputRatio(ContestantNames.Mcp, ContestantNames.Rest)),
        AtLeast("MCP get_order in process beside our REST", 0.70, ThroughputRatio(ContestantNames.McpInProcess, ContestantNames.Rest)),
        AtMost("MCP get_order in process beside our REST, 1 connection: p50 longer by", 0.25, "ms",
            Difference(Busy(ContestantNames.McpInProcess, GetOrder.Alone)?.P50, Busy(ContestantNames.Rest, GetOrder.Alone)?.P50)),
        AtMost("MCP get_order in process: processor time of a call beside two processes", 0.5, "×",
            Ratio(Busy(ContestantNames.McpInProcess)?.TotalCpu, Busy(ContestantNames.Mcp)?.TotalCpu)),
        AtLeast("MCP get_order with telemetry beside without", 0.85, ThroughputRatio(ContestantNames.Mcp, ContestantNames.McpQuiet)),
        AtMost("MCP get_order beside our REST, 1 connection: p50 longer by", 0.5, "ms",
            Difference(Busy(ContestantNames.Mcp, GetOrder.Alone)?.P50, Busy(ContestantNames.Rest, GetOrder.Alone)?.P50)),
        AtLeast("MCP get_order beside the TypeScript SDK's server", 5, ThroughputRatio(ContestantNames.Mcp, ContestantNames.TypeScriptSdk)),
        AtLeast("MCP get_order beside fastmcp", 5, ThroughputRatio(ContestantNames.Mcp, ContestantNames.FastMcp)),
        Below("Memory per concurrent call beside the TypeScript SDK's server", 1, "×", PerCallRatio(ContestantNames.TypeScriptSdk)),
        Below("Memory per concurrent call beside fastmcp", 1, "×", PerCallRatio(ContestantNames.FastMcp)),
        AtLeast("REST get_order beside FastAPI from memory", 1.7, ThroughputRatio(ContestantNames.Rest, ContestantNames.FastApi)),
        AtMost("list_orders: p50 of page 10,000 beside page 1", 1.2, "×", Ratio(
            Row(ListOrders.Key, ContestantNames.Rest, ListOrders.Label(10_000))?.P50, Row(ListOrders.Key, ContestantNames.Rest, ListOrders.Label(1))?.P50)),
        AtLeast("tools/list beside get_order over MCP", 1, Ratio(
            Row(ToolList.Key, ContestantNames.Mcp, ToolList.List)?.Throughput, Row(ToolList.Key, ContestantNames.Mcp, ToolList.Call)?.Throughput)),
        Below("Allocation of an MCP call beyond the SDK's own", 40, "KB",
            Difference(Figure(Allocations.Key, Allocations.Ours), Figure(Allocations.Key, Allocations.Sdk))),
        Below("MCP server at rest", 90, "MB", Figure(MemoryAtRest.Key, "mcp")),
        Below("MCP server under 256 concurrent calls", 200, "MB", Row(ManyCalls.Key, ContestantNames.Mcp, $"{ManyCalls.Connections} connections")?.PeakMegabytes),
        AtMost("Warm start of the AppHost until API and MCP server are healthy", 10, "s", Figure(ColdStarts.Key, ColdStarts.Core)),
    ];

    private static Goal AtLeast(string text, double bound, double? measured) =>
        new(text, $"≥ {bound:0.##} ×", measured, "×", measured is null ? null : measured >= bound);

    private static Goal AtMost(string text, double bound, string unit, double? measured) =>
        new(text, $"≤ {bound:0.##} {unit}", measured, unit, measured is null ? null : measured <= bound);

    private static Goal Below(string text, double bound, string unit, double? measured) =>
        new(text, $"< {bound:0.##} {unit}", measured, unit, measured is null ? null : measured < bound);

    private Row? Row(string scenario, string contestant, string load) => results.FirstOrDefault(result => result.Name == scenario)?.Rows
        .FirstOrDefault(row => row.Contestant == contestant && row.Load == load && row.Failed == 0);

    private Row? Busy(string contestant, string load = GetOrder.Busy) => Row(GetOrder.Key, contestant, load);

    private double? Figure(string scenario, string name) => results.FirstOrDefault(result => result.Name == scenario)?.Figures
        .FirstOrDefault(figure => figure.Name == name)?.Value;

    private double? ThroughputRatio(string ours, string other) => Ratio(Busy(ours)?.Throughput, Busy(other)?.Throughput);

    private double? PerCallRatio(string other) => Ratio(
        Figure(ManyCalls.Key, ManyCalls.PerCall(ContestantNames.Mcp)), Figure(ManyCalls.Key, ManyCalls.PerCall(other)));

    private static double? Ratio(double? value, double? by) => value is { } a && by is { } b && b > 0 ? a / b : null;

    private static double? Difference(double? value, double? less) => value - less;
}
