namespace OrdersMcp.Bench.Reports;

/// <summary>Rows of text under headings; the first columns are text, the others numbers.</summary>
internal sealed record Table(IReadOnlyList<string> Headings, IReadOnlyList<string[]> Rows, int TextColumns)
{
    public static Table Of(IReadOnlyList<Row> rows)
    {
        // Ratios are to our own in the same table and under the same load, where it has one.
        return new Table(
            ["contestant", "load", "calls/s", "p50 ms", "p99 ms", "CPU µs/call", "with those behind", "peak MB", "to ours", "spread", "failed"],
            [.. rows.Select(row => new[]
            {
                row.Contestant,
                row.Load,
                $"{row.Throughput:N0}",
                $"{row.P50:0.00}",
                $"{row.P99:0.00}",
                $"{row.OwnCpu:0}",
                $"{row.TotalCpu:0}",
                $"{row.PeakMegabytes:0}",
                Ours(rows, row) is { } ours ? $"{row.Throughput / ours.Throughput:0.00}" : "",
                $"{row.Spread:P0}",
                $"{row.Failed:N0}",
            })],
            TextColumns: 2);
    }

    public static Table Of(IReadOnlyList<Figure> figures) => new(
        ["what", "median", "unit", "smallest", "largest", "readings"],
        [.. figures.Select(figure => new[]
        {
            figure.Name, $"{figure.Value:0.00}", figure.Unit, $"{figure.Smallest:0.00}", $"{figure.Largest:0.00}", $"{figure.Readings.Count}",
        })],
        TextColumns: 1);

    public static Table Of(IReadOnlyList<Goal> goals) => new(
        ["goal", "bound", "measured", ""],
        [.. goals.Select(goal => new[] { goal.Text, goal.Target, goal.Shown, goal.Verdict })],
        TextColumns: 1);

    public string ToMarkdown()
    {
        var lines = new List<string>
        {
            $"| {string.Join(" | ", Headings)} |",
            $"| {string.Join(" | ", Headings.Select((_, column) => column < TextColumns ? "---" : "---:"))} |",
        };
        lines.AddRange(Rows.Select(row => $"| {string.Join(" | ", row)} |"));
        return string.Join('\n', lines);
    }

    public string ToText()
    {
        var widths = Headings.Select((heading, column) => Rows.Select(row => row[column].Length).Append(heading.Length).Max()).ToArray();
        return string.Join('\n', Rows.Prepend([.. Headings]).Select(row => string.Join("  ", row.Select((cell, column) =>
            column < TextColumns ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd()));
    }

    /// <summary>Our way of the same kind: MCP for what speaks MCP, else REST.</summary>
    private static Row? Ours(IReadOnlyList<Row> rows, Row row)
    {
        var isRest = row.Contestant is ContestantNames.Floor or ContestantNames.Rest or ContestantNames.RestQuiet or ContestantNames.FastApi;
        var name = isRest ? ContestantNames.Rest : ContestantNames.Mcp;
        return rows.FirstOrDefault(each => each.Contestant == name && each.Load == row.Load);
    }
}
