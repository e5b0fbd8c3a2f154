using System.Diagnostics;
using OpenTelemetry;

namespace OrdersMcp.Api.Telemetry;

/// <summary>
/// Names the spans of Npgsql after the statement; Npgsql names them all after the database (semantic conventions,
/// PostgreSQL: the span name is <c>db.query.summary</c>).
/// </summary>
internal sealed class DatabaseSpanProcessor : BaseProcessor<Activity>
{
    private const string Source = "Npgsql";

    public override void OnEnd(Activity data)
    {
        if (data.Source.Name == Source && data.GetTagItem("db.query.text") is string text)
        {
            var summary = QuerySummary.Of(text);
            data.SetTag("db.query.summary", summary);
            data.DisplayName = summary;
        }
    }
}
