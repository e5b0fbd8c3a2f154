using ModelContextProtocol.Server;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OrdersMcp.OpenApiTools.App;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Telemetry;

/// <summary>The telemetry of the MCP server.</summary>
internal static class TelemetryExtensions
{
    public static void AddMcpTelemetry(this IServiceCollection services)
    {
        services.AddSingleton<ClientNames>();
        services.AddSingleton<ToolMetrics>();
        services.AddOptions<TelemetryOptions>().BindConfiguration(TelemetryOptions.Section).ValidateOnStart();
        services.AddSingleton<ContentRecording>();
        services.AddSingleton<CallRecorder>();
        services.AddSingleton<RequestObserver>();
        services.AddOptions<McpServerOptions>().Configure<RequestObserver>((options, observer) =>
            // around all filters except the transport's
            options.Filters.Message.IncomingFilters.Insert(0, observer.Observe));
        services.ConfigureOpenTelemetryTracerProvider(tracing => tracing
            .AddSource(CallTrace.Source)
            .AddSource(AppHandler.Source)
            .AddProcessor(new McpSpanProcessor())
            .AddProcessor(new ToolRequestProcessor()));

        services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddMeter(McpAttributes.Meter));

        // The SDK's meter is not exported: its labels contain names that clients send. ToolMetrics provides its histogram.
    }
}
