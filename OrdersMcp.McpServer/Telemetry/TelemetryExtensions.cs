using ModelContextProtocol.Server;
using OpenTelemetry.Trace;
using OrdersMcp.McpServer.Operations;

namespace OrdersMcp.McpServer.Telemetry;

/// <summary>The telemetry of the MCP server.</summary>
internal static class TelemetryExtensions
{
    public static void AddMcpTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ClientNames>();
        builder.Services.AddSingleton<ToolMetrics>();
        builder.Services.AddOptions<TelemetryOptions>().BindConfiguration(TelemetryOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<ContentRecording>();
        builder.Services.AddSingleton<CallRecorder>();
        builder.Services.AddSingleton<RequestObserver>();
        builder.Services.AddOptions<McpServerOptions>().Configure<RequestObserver>((options, observer) =>
            // around all filters except the transport's
            options.Filters.Message.IncomingFilters.Insert(0, observer.Observe));
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing
            .AddSource(CallTrace.Source)
            .AddProcessor(new McpSpanProcessor())
            .AddProcessor(new ToolRequestProcessor()));

        // The SDK's meter is not exported: its labels contain names that clients send. ToolMetrics provides its histogram.
    }
}
