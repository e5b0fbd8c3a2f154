using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace OrdersMcp.Playground.Telemetry;

internal static class TelemetryExtensions
{
    /// <summary>The source and the meter of the MCP SDK.</summary>
    private const string Mcp = "Experimental.ModelContextProtocol";

    /// <summary>Adds the telemetry of conversations. The application's own source and meter are among the defaults.</summary>
    public static void AddPlaygroundTelemetry(this IServiceCollection services)
    {
        services.AddSingleton<PlaygroundTelemetry>();
        services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddSource(PlaygroundTelemetry.Name, Mcp));
        services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddMeter(PlaygroundTelemetry.Name, Mcp));
    }
}
