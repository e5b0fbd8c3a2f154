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
using OrdersMcp.ServiceDefaults.Telemetry;

namespace OrdersMcp.ServiceDefaults;

/// <summary>What every service of the system shares: telemetry, health, service discovery and resilience.</summary>
public static class Extensions
{
    private const string HealthEndpointPath = "/health";
    private const string AlivenessEndpointPath = "/alive";
    private const string AuditPath = "/admin/tool-calls";
    private static readonly PathString[] UntracedPaths = [HealthEndpointPath, AlivenessEndpointPath, "/openapi"];

    /// <summary>Adds telemetry, health checks, service discovery and resilient HTTP clients.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.ConfigureOpenTelemetry();
        builder.AddDefaultHealthChecks();
        builder.Services.AddServiceDiscovery();
        builder.Services.AddSingleton<IValidateOptions<ServiceDiscoveryOptions>, ServiceEndpointsCheck>();
        builder.Services.AddOptions<ServiceDiscoveryOptions>().ValidateOnStart();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.RemoveAllLoggers(); // its scope has the path, and with it text of callers; spans and metrics say the rest
            http.AddStandardResilienceHandler(HttpResilience.Configure).SelectPipelineByAuthority(); // a circuit breaker for each service
            http.AddServiceDiscovery();
        });

        // A line for each attempt, and two for one that fails: each has its span, and who called tells how it ended.
        builder.Logging.AddFilter("Polly", LogLevel.None);

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<KestrelServerOptions>(options => options.AddServerHeader = false);
        // A request is read as soon as it is there, without asking the system first whether there is one. It keeps a page
        // of memory for each connection that waits.
        builder.Services.Configure<SocketTransportOptions>(options => options.WaitForDataBeforeAllocatingBuffer = false);
        return builder;
    }

    /// <summary>
    /// Adds logs, metrics and traces, which go out over OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. A service adds
    /// what it alone has with <c>ConfigureOpenTelemetryTracerProvider</c> and <c>ConfigureOpenTelemetryMeterProvider</c>.
    /// </summary>
    public static TBuilder ConfigureOpenTelemetry<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        // Without scopes: the host's has the path as it was asked for, which can name a person.
        builder.Logging.AddOpenTelemetry(logging => logging.IncludeFormattedMessage = true);

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(builder.Environment.ApplicationName, serviceVersion: ServiceVersion)
                .AddEnvironmentVariableDetector()) // OTEL_SERVICE_NAME wins over the name of the application
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(builder.Environment.ApplicationName)
                    .AddHttpServerInstrumentation()
                    .AddHttpClientInstrumentation()
                    .AddRuntimeInstrumentation();
                if (string.IsNullOrEmpty(builder.Configuration["OTEL_METRICS_EXEMPLAR_FILTER"]))
                {
                    // A measurement within a recorded trace keeps the way to it, unless the standard variable says otherwise.
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

    /// <summary>Adds the check that the process answers; a service adds what it needs to be ready.</summary>
    public static TBuilder AddDefaultHealthChecks<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), tags: ["live"]);
        // A probe that fails says so to its caller, and that is every few milliseconds while a system starts.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        return builder;
    }

    /// <summary>
    /// Maps <c>/health</c> (every check: ready for requests) and <c>/alive</c> (the process answers) in every
    /// environment, as probes need them; both say only a word, and neither is traced or measured.
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
        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.UseOtlpExporter();
        }
        else
        {
            // Nobody would see what is recorded. Requests keep their trace ids, which logs and errors name.
            telemetry.WithTracing(tracing => tracing.SetSampler(new AlwaysOffSampler()).AddInstrumentation(() => new UnrecordedTraces()));
        }
    }

    /// <summary>
    /// Probes, readers of the API's description and deliveries of audit records come on timers, and would bury the traces
    /// of callers.
    /// </summary>
    private static bool IsWorthTracing(HttpContext context) =>
        !UntracedPaths.Any(path => context.Request.Path.StartsWithSegments(path))
        && !(HttpMethods.IsPost(context.Request.Method) && context.Request.Path == AuditPath);
}
