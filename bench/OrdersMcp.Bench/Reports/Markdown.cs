namespace OrdersMcp.Bench.Reports;

/// <summary>The report to read.</summary>
internal static class Markdown
{
    public static string Of(Report report, bool hasPlot)
    {
        var machine = report.Machine;
        var parts = new List<string>
        {
            "# Benchmark",
            "Made by `dotnet run -c Release --project bench/OrdersMcp.Bench"
            + $"{(report.Quick ? " -- --quick" : "")}`; [docs/benchmarks.md](../../docs/benchmarks.md) says how it measures. All figures are of one run, and mean "
            + "something beside each other only.",
        };
        if (report.Quick)
        {
            parts.Add("**A quick run: its figures mean little.**");
        }

        if (!machine.IsIdle)
        {
            parts.Add($"**The machine was not idle ({machine.Busy:P0} busy before the run): its figures mean little.**");
        }

        parts.Add(string.Join('\n',
        [
            $"- {machine.Date:yyyy-MM-dd HH:mm} UTC, commit {machine.Commit}",
            $"- {machine.Processor}, {machine.Memory}, {machine.System}; {machine.Busy:P0} busy before the run",
            $"- {string.Join(", ", machine.Versions.Select(version => $"{version.Key} {version.Value}"))}",
            $"- {report.Orders:N0} orders",
            .. report.Notes.Select(note => $"- {note}"),
        ]));
        parts.Add("## Goals");
        parts.Add(Table.Of(report.Goals).ToMarkdown());
        foreach (var scenario in report.Scenarios)
        {
            parts.Add($"## {scenario.Title}");
            if (hasPlot && scenario.Name == Scenarios.GetOrder.Key)
            {
                parts.Add("![get_order, calls a second by contestant](get-order.svg)");
            }

            parts.Add(scenario.Note);
            if (scenario.Rows.Count > 0)
            {
                parts.Add(Table.Of(scenario.Rows).ToMarkdown());
            }

            if (scenario.Figures.Count > 0)
            {
                parts.Add(Table.Of(scenario.Figures).ToMarkdown());
            }
        }

        return string.Join("\n\n", parts) + "\n";
    }
}
