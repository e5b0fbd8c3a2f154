using OrdersMcp.Bench.Load;

namespace OrdersMcp.Bench;

/// <summary>What a scenario measured.</summary>
/// <param name="Name">As <c>--only</c> takes it.</param>
/// <param name="Title">A heading.</param>
/// <param name="Note">How it was measured.</param>
/// <param name="Rows">What was measured under load.</param>
/// <param name="Figures">What was measured otherwise.</param>
internal sealed record ScenarioResult(
    string Name, string Title, string Note, IReadOnlyList<Row> Rows, IReadOnlyList<Figure> Figures);

/// <summary>A line of a table: one contestant under one load, in several rounds. Each value is the median of the rounds.</summary>
/// <param name="Contestant">Who was asked; its own process is the first of a result's usage.</param>
/// <param name="Load">How, such as <c>16 connections</c>.</param>
/// <param name="Rounds">What each round gave.</param>
internal sealed record Row(string Contestant, string Load, IReadOnlyList<LoadResult> Rounds)
{
    public double Throughput => Statistics.Median(Rounds.Select(round => round.Throughput));

    public double P50 => Statistics.Median(Rounds.Select(round => round.P50));

    public double P99 => Statistics.Median(Rounds.Select(round => round.P99));

    /// <summary>CPU time of the contestant's own process for a call, in microseconds.</summary>
    public double OwnCpu => Statistics.Median(Rounds.Select(round => PerCall(round, round.Usage[0].CpuSeconds)));

    /// <summary>CPU time of all processes that a call goes through.</summary>
    public double TotalCpu => Statistics.Median(Rounds.Select(round => PerCall(round, round.Usage.Sum(usage => usage.CpuSeconds))));

    /// <summary>The largest resident set of the contestant's own process, in MB (10^6 bytes).</summary>
    public double PeakMegabytes => Rounds.Max(round => round.Usage[0].PeakMemoryBytes) / 1e6;

    /// <summary>How far the rounds are apart: (largest − smallest) throughput by the median.</summary>
    public double Spread => Throughput == 0 ? 0
        : (Rounds.Max(round => round.Throughput) - Rounds.Min(round => round.Throughput)) / Throughput;

    public long Failed => Rounds.Sum(round => round.Failed);

    private static double PerCall(LoadResult round, double seconds) => round.Completed == 0 ? 0 : seconds * 1e6 / round.Completed;
}

/// <summary>One value, the median of several readings.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Readings">What was read.</param>
internal sealed record Figure(string Name, string Unit, IReadOnlyList<double> Readings)
{
    public double Value => Statistics.Median(Readings);

    public double Smallest => Readings.Min();

    public double Largest => Readings.Max();
}

internal static class Statistics
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN
            : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2]
            : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
