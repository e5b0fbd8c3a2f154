using System.Diagnostics;
using OpenTelemetry;

namespace OrdersMcp.Api.Telemetry;

/// <summary>
/// Names Npgsql's spans by what the statement does, where Npgsql names all by the database (semantic conventions,
/// PostgreSQL: the span's name is <c>db.query.summary</c>).
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
