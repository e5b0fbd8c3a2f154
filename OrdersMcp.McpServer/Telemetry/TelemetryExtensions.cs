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
            options.Filters.Message.IncomingFilters.Insert(0, observer.Observe)); // around all filters but the transport's
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing
            .AddSource(CallTrace.Source)
            .AddProcessor(new McpSpanProcessor())
            .AddProcessor(new ToolRequestProcessor()));

        // The SDK's meter is left out: the names that clients send become its labels. ToolMetrics has its histogram.
    }
}
