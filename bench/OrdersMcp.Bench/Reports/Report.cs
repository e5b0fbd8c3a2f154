using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrdersMcp.Bench.Reports;

/// <summary>All that a run found.</summary>
internal sealed record Report(
    Machine Machine, bool Quick, int Orders, IReadOnlyList<string> Notes, IReadOnlyList<ScenarioResult> Scenarios, IReadOnlyList<Goal> Goals)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Writes report.md and get-order.svg, and all figures as report.json, which is not committed, to artifacts/bench.</summary>
    public async Task WriteAsync(string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var figures = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "bench")).FullName;
        await File.WriteAllTextAsync(Path.Combine(figures, "report.json"), JsonSerializer.Serialize(this, Json) + "\n", cancellation);
        var plot = BarChart.Of(this);
        if (plot is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "get-order.svg"), plot, cancellation);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "report.md"), Markdown.Of(this, plot is not null), cancellation);
    }
}
