using System.Globalization;
using System.Text;
using OrdersMcp.Bench.Scenarios;

namespace OrdersMcp.Bench.Reports;

/// <summary>Calls a second of <c>get_order</c> by contestant, as a picture that needs nothing else.</summary>
internal static class BarChart
{
    private const int Left = 190;
    private const int Full = 480;
    private const int Line = 30;
    private const int Top = 44;

    public static string? Of(Report report)
    {
        var rows = report.Scenarios.FirstOrDefault(scenario => scenario.Name == GetOrder.Key)?.Rows
            .Where(row => row.Load == GetOrder.Busy).OrderByDescending(row => row.Throughput).ToArray();
        if (rows is not { Length: > 0 })
        {
            return null;
        }

        var height = Top + (rows.Length * Line) + 16;
        var most = rows[0].Rounds.Max(round => round.Throughput);
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Left + Full + 130}" height="{height}" font-family="system-ui, sans-serif" font-size="13">
              <rect width="100%" height="100%" fill="#ffffff"/>
              <text x="16" y="26" font-size="15" font-weight="600" fill="#1f2328">get_order, {GetOrder.Busy}: calls a second (line: smallest to largest round)</text>
            """);
        foreach (var (row, index) in rows.Select((row, index) => (row, index)))
        {
            var y = Top + (index * Line);
            var isOurs = row.Contestant.StartsWith("rest", StringComparison.Ordinal) || row.Contestant.StartsWith("mcp", StringComparison.Ordinal);
            var (from, to) = (X(row.Rounds.Min(round => round.Throughput)), X(row.Rounds.Max(round => round.Throughput)));
            svg.AppendLine(CultureInfo.InvariantCulture, $"""
                  <text x="{Left - 10}" y="{y + 15}" text-anchor="end" fill="#1f2328">{row.Contestant}</text>
                  <rect x="{Left}" y="{y}" width="{X(row.Throughput) - Left:0.0}" height="20" rx="2" fill="{(isOurs ? "#0969da" : "#8c959f")}"/>
                  <line x1="{from:0.0}" x2="{to:0.0}" y1="{y + 10}" y2="{y + 10}" stroke="#1f2328" stroke-width="2"/>
                  <text x="{to + 8:0.0}" y="{y + 15}" fill="#1f2328">{row.Throughput:N0}</text>
                """);
        }

        svg.Append("</svg>\n");
        return svg.ToString();

        double X(double throughput) => Left + (Full * throughput / most);
    }
}
