using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace OrdersMcp.McpServer.Telemetry;

/// <summary>The telemetry of the MCP server.</summary>
internal static class TelemetryExtensions
{
    public static void AddMcpTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing
            .AddSource(McpSpanProcessor.Source)
            .AddProcessor(new McpSpanProcessor()));
        builder.Services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddMeter(McpSpanProcessor.Source));
    }
}
