using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace OrdersMcp.Tests.Observability;

/// <summary>
/// The telemetry that a server in this process would export. It also contains spans of other servers in the process, and
/// measurements of the runtime and the database driver, so tests look for their own trace or database.
/// </summary>
internal sealed class RecordedSignals
{
    /// <summary>The sources of a test API, which is in the same process and has no service defaults.</summary>
    private const string TestApiSpan = "Microsoft.AspNetCore.Hosting.HttpRequestIn";

    /// <summary>The meters of the whole process.</summary>
    private static readonly string[] SharedMeters = ["System.Runtime", "Npgsql"];

    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly string _version = $"{Guid.NewGuid()}";
    private Action _collect = () => { };

    /// <summary>The lines of the log.</summary>
    public ConcurrentQueue<string> Logs { get; } = new();

    public IReadOnlyList<Point> Points { get; private set; } = [];

    public void Configure(IServiceCollection services)
    {
        var reader = new BaseExportingMetricReader(new Exporter<Metric>(metrics => Points = [.. metrics.Where(IsOwn).SelectMany(Point.Of)]));
        _collect = () => reader.Collect(); // the server's provider disposes it
        services.AddSingleton<IMeterFactory>(_ => new OwnMeters(_version));
        services.ConfigureOpenTelemetryTracerProvider(tracing => tracing
            .SetSampler<AlwaysOnSampler>()
            .AddProcessor(new SimpleActivityExportProcessor(new Exporter<Activity>(spans => spans.ForEach(_spans.Enqueue)))));
        services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddReader(reader));
        services.ConfigureOpenTelemetryLoggerProvider(logging => logging.AddProcessor(new SimpleLogRecordExportProcessor(
            new Exporter<LogRecord>(records => records.ForEach(record => Logs.Enqueue($"{record.TraceId} {record.SpanId} {record.FormattedMessage}"))))));
    }

    /// <summary>The measurements so far.</summary>
    public IReadOnlyList<Point> Collect()
    {
        _collect();
        return Points;
    }

    /// <summary>The spans of a trace, once they meet the condition. A span ends just after the response is sent.</summary>
    public IReadOnlyList<Activity> SpansOf(ActivityTraceId trace, Func<IReadOnlyList<Activity>, bool> isComplete) =>
        Wait(span => span.TraceId == trace, isComplete);

    public IReadOnlyList<Activity> Wait(Func<Activity, bool> isWanted, Func<IReadOnlyList<Activity>, bool> isComplete)
    {
        IReadOnlyList<Activity> found = [];
        var isThere = SpinWait.SpinUntil(() => isComplete(found = [.. _spans.Where(span => isWanted(span) && span.DisplayName != TestApiSpan).Distinct()]), TimeSpan.FromSeconds(30));
        Assert.True(isThere, $"The spans are not complete: {string.Join(", ", found.Select(span => span.DisplayName))}");
        return found;
    }

    private bool IsOwn(Metric metric) => metric.MeterVersion == _version || SharedMeters.Contains(metric.MeterName, StringComparer.Ordinal);

    internal sealed record Point(string Name, string Unit, string Description, IReadOnlyDictionary<string, object?> Tags, double Value, IReadOnlyList<string> ExemplarTraces)
    {
        /// <summary>The measurements of a histogram.</summary>
        public long Count { get; init; }

        public static IEnumerable<Point> Of(Metric metric)
        {
            List<Point> points = [];
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                var tags = new Dictionary<string, object?>(StringComparer.Ordinal);
                foreach (var tag in point.Tags)
                {
                    tags[tag.Key] = tag.Value;
                }

                List<string> traces = [];
                if (point.TryGetExemplars(out var exemplars))
                {
                    foreach (ref readonly var exemplar in exemplars)
                    {
                        traces.Add(exemplar.TraceId.ToString());
                    }
                }

                var value = metric.MetricType switch
                {
                    MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
                    MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
                    MetricType.LongGauge => point.GetGaugeLastValueLong(),
                    MetricType.DoubleGauge => point.GetGaugeLastValueDouble(),
                    _ => point.GetHistogramSum(),
                };
                points.Add(new Point(metric.Name, metric.Unit, metric.Description, tags, value, traces)
                {
                    Count = metric.MetricType == MetricType.Histogram ? point.GetHistogramCount() : 0,
                });
            }

            return points;
        }
    }

    private sealed class Exporter<T>(Action<List<T>> keep) : BaseExporter<T>
        where T : class
    {
        public override ExportResult Export(in Batch<T> batch)
        {
            List<T> items = [];
            foreach (var item in batch)
            {
                items.Add(item);
            }

            keep(items);
            return ExportResult.Success;
        }
    }
}
