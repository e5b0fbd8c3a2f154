using System.Diagnostics;
using System.Diagnostics.Metrics;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.McpServer.Limits;

/// <summary>
/// The metrics of the store, and a span for a question that failed or was slow: a span for each request would say nothing.
/// </summary>
internal sealed class LimitStoreMetrics
{
    /// <summary>The source of the application's own spans.</summary>
    private static readonly ActivitySource Source = new("OrdersMcp.McpServer");

    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(20);

    private readonly Meter _meter;
    private readonly Histogram<double> _duration;

    public LimitStoreMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(McpAttributes.Meter);
        _duration = _meter.CreateHistogram("ordersmcp.limit_store.duration", "s", "Time until the store of the shared limits answered.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5] });
    }

    /// <summary>Reports whether the store is away.</summary>
    public void Observe(LimitStore store) =>
        _meter.CreateObservableGauge("ordersmcp.limit_store.away", () => store.IsAway ? 1 : 0, "1", "Whether the store of the shared limits is away.");

    /// <summary>The store was asked.</summary>
    /// <param name="command">The command, from a small fixed set.</param>
    /// <param name="duration">The time until the answer or the failure.</param>
    /// <param name="failure">The kind of failure; null for an answer.</param>
    public void Asked(string command, TimeSpan duration, string? failure)
    {
        var tags = new TagList { { "db.operation.name", command } };
        if (failure is not null)
        {
            tags.Add(McpAttributes.ErrorType, failure);
        }

        _duration.Record(duration.TotalSeconds, tags);
        if (Activity.Current is { Recorded: true } && (failure is not null || duration >= Slow))
        {
            tags.Add("db.system.name", "redis");
            using var span = Source.StartActivity(
                $"limits {command}", ActivityKind.Client, default(ActivityContext), tags, links: null, DateTimeOffset.UtcNow - duration);
            span?.SetStatus(failure is null ? ActivityStatusCode.Unset : ActivityStatusCode.Error);
        }
    }
}
