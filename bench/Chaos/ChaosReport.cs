using System.Diagnostics;
using System.Globalization;
using System.Text;
using OrdersMcp.Bench;

namespace OrdersMcp.Chaos;

/// <summary>The report in Markdown.</summary>
internal static class ChaosReport
{
    public static string Of(Campaign campaign, IReadOnlyList<Finding> findings)
    {
        var ledger = campaign.Ledger;
        var text = new StringBuilder();
        Line($"# Fault campaign");
        Line($"");
        Line($"Made by `dotnet run -c Release --project bench/Chaos`; [docs/benchmarks.md](../../docs/benchmarks.md) says what it does.");
        Line($"");
        Line($"- {DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC, commit {Repository.Commit()}, {Environment.ProcessorCount} processors, seed {campaign.Seed}");
        Line($"- {campaign.Faults.Count} faults, {ledger.Writes.Count:N0} writes done ({ledger.Attempts:N0} attempts, {ledger.Refused:N0} refused), {ledger.Reads:N0} reads, {ledger.Failures.Count:N0} calls failed during faults that may fail calls");
        Line($"");
        Line($"| what must hold | | measured |");
        Line($"| --- | --- | ---: |");
        foreach (var finding in findings)
        {
            Line($"| {finding.What} | {(finding.Holds ? "holds" : "**broken**")} | {finding.Figure.Replace("|", "\\|", StringComparison.Ordinal)} |");
        }

        Line($"");
        Line($"| fault | count | lasted, s | first success after, ms (median, longest) |");
        Line($"| --- | ---: | ---: | ---: |");
        foreach (var group in campaign.Faults.GroupBy(made => made.Fault.Name).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var recoveries = group.Select(made => made.Recovery.TotalMilliseconds).Order().ToArray();
            Line($"| {group.Key} | {recoveries.Length} | {group.Average(made => Stopwatch.GetElapsedTime(made.Began, made.Ready).TotalSeconds):0.0} | {recoveries[recoveries.Length / 2]:0}, {recoveries[^1]:0} |");
        }

        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
