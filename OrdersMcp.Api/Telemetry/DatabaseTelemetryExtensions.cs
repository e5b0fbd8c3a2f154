using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace OrdersMcp.Api.Telemetry;

/// <summary>The telemetry of statements and connection pools.</summary>
internal static class DatabaseTelemetryExtensions
{
    /// <summary>
    /// Records a span for each statement, named after what it does, and the metrics of the connection pools.
    /// </summary>
    public static void AddDatabaseTelemetry(this IServiceCollection services)
    {
        services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddNpgsql().AddProcessor(new DatabaseSpanProcessor()));
        services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddNpgsqlInstrumentation());
    }
}
