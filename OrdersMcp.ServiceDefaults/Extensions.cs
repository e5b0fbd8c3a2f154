using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OrdersMcp.ServiceDefaults.Shutdown;
using OrdersMcp.ServiceDefaults.Telemetry;

namespace OrdersMcp.ServiceDefaults;

/// <summary>The defaults of every service: telemetry, health, service discovery and resilience.</summary>
public static class Extensions
{
    private const string HealthEndpointPath = "/health";
    private const string AlivenessEndpointPath = "/alive";
    private const string AuditPath = "/admin/tool-calls";
    private static readonly PathString[] UntracedPaths = [HealthEndpointPath, AlivenessEndpointPath, "/openapi", "/order-changes"];

    /// <summary>Adds telemetry, health checks, service discovery and resilient HTTP clients.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.ConfigureOpenTelemetry();
        builder.AddDefaultHealthChecks();
        builder.AddDrain();
        builder.Services.AddServiceDiscovery();
        builder.Services.AddSingleton<IValidateOptions<ServiceDiscoveryOptions>, ServiceEndpointsCheck>();
        builder.Services.AddOptions<ServiceDiscoveryOptions>().ValidateOnStart();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.RemoveAllLoggers(); // their scope contains the path, which can contain text from callers; spans and metrics have the rest
            http.AddStandardResilienceHandler(HttpResilience.Configure).SelectPipelineByAuthority(); // a circuit breaker for each service
            http.AddServiceDiscovery();
        });

        // It logs every attempt, and failed attempts twice. Each attempt has a span, and the calling code reports the outcome.
        builder.Logging.AddFilter("Polly", LogLevel.None);

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<KestrelServerOptions>(options => options.AddServerHeader = false);
        // Reads without first waiting for data to be available. This is faster, and costs a page of memory for each idle
        // connection.
        builder.Services.Configure<SocketTransportOptions>(options => options.WaitForDataBeforeAllocatingBuffer = false);
        return builder;
    }

    /// <summary>
    /// Adds logs, metrics and traces, exported over OTLP if <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. A service adds its own
    /// telemetry with <c>ConfigureOpenTelemetryTracerProvider</c> and <c>ConfigureOpenTelemetryMeterProvider</c>.
    /// </summary>
    public static TBuilder ConfigureOpenTelemetry<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        // Without scopes: the host's scope contains the requested path, which can contain personal data.
        builder.Logging.AddOpenTelemetry(logging => logging.IncludeFormattedMessage = true);

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(builder.Environment.ApplicationName, serviceVersion: ServiceVersion)
                .AddEnvironmentVariableDetector()) // OTEL_SERVICE_NAME overrides the name of the application
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(builder.Environment.ApplicationName)
                    .AddHttpServerInstrumentation()
                    .AddHttpClientInstrumentation()
                    .AddRuntimeInstrumentation();
                if (string.IsNullOrEmpty(builder.Configuration["OTEL_METRICS_EXEMPLAR_FILTER"]))
                {
                    // A measurement within a recorded trace links to it, unless the standard variable says otherwise.
                    metrics.SetExemplarFilter(ExemplarFilterType.TraceBased);
                }
            })
            .WithTracing(tracing => tracing
                .AddSource(builder.Environment.ApplicationName)
                .AddHttpServerInstrumentation(IsWorthTracing)
                .AddHttpClientInstrumentation());

        builder.AddOpenTelemetryExporters();
        return builder;
    }

    /// <summary>Adds the check that the process responds. A service adds its own readiness checks.</summary>
    public static TBuilder AddDefaultHealthChecks<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), tags: ["live"]);
        // A failing probe reports to its caller. While a system starts, logging it would add a line every few milliseconds.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        return builder;
    }

    /// <summary>
    /// Maps <c>/health</c> (all checks pass: ready for requests) and <c>/alive</c> (the process responds) in every environment,
    /// because probes need them. Both respond with one word, and neither is traced or measured.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks(HealthEndpointPath).DisableHttpMetrics().AllowAnonymous();
        app.MapHealthChecks(AlivenessEndpointPath, new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") })
            .DisableHttpMetrics().AllowAnonymous();
        return app;
    }

    private static string? ServiceVersion =>
        System.Reflection.Assembly.GetEntryAssembly()?.GetName().Version?.ToString(fieldCount: 3);

    private static void AddOpenTelemetryExporters(this IHostApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry();
        if (builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"] is { Length: > 0 } insights)
        {
            // Only metrics: the agent of Azure Container Apps forwards the rest. Only the exporter: the Azure Monitor distribution
            // adds instrumentation that records data that ours deliberately omits.
            telemetry.WithMetrics(metrics => metrics.AddAzureMonitorMetricExporter(exporter => exporter.ConnectionString = insights));
        }

        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.UseOtlpExporter();
        }
        else
        {
            // Nothing receives the telemetry. Requests keep their trace ids, which logs and errors contain.
            telemetry.WithTracing(tracing => tracing.SetSampler(new AlwaysOffSampler()).AddInstrumentation(() => new UnrecordedTraces()));
        }
    }

    /// <summary>
    /// Probes, reads of the OpenAPI document and deliveries of audit records run on timers. Their traces would bury the
    /// traces of callers. A stream of changes lasts for as long as its reader.
    /// </summary>
    private static bool IsWorthTracing(HttpContext context) =>
        !UntracedPaths.Any(path => context.Request.Path.StartsWithSegments(path))
        && !(HttpMethods.IsPost(context.Request.Method) && context.Request.Path == AuditPath);
}
