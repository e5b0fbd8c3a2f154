using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OrdersMcp.ServiceDefaults;

/// <summary>What every service of the system shares: telemetry, health, service discovery and resilience.</summary>
public static class ServiceDefaultsExtensions
{
    private const string HealthPath = "/health";
    private const string AlivePath = "/alive";
    private const string AuditPath = "/admin/tool-calls";
    private static readonly PathString[] UntracedPaths = [HealthPath, AlivePath, "/openapi"];

    /// <summary>Adds telemetry, health checks, service discovery and resilient HTTP clients.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddConsoleLog();
        builder.AddTelemetry();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), tags: ["live"]);
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.RemoveAllLoggers(); // its scope has the path, and with it text of callers; spans and metrics say the rest
            http.AddStandardResilienceHandler();
            http.AddServiceDiscovery();
        });
        builder.Services.Configure<KestrelServerOptions>(options => options.AddServerHeader = false);
        // A request is read as soon as it is there, without asking the system first whether there is one. It keeps a page
        // of memory for each connection that waits.
        builder.Services.Configure<SocketTransportOptions>(options => options.WaitForDataBeforeAllocatingBuffer = false);
        return builder;
    }

    /// <summary>
    /// Maps <c>/health</c> (every check: ready for requests) and <c>/alive</c> (the process answers) in every
    /// environment, as probes need them; both say only a word, and neither is traced or measured.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks(HealthPath).DisableHttpMetrics().AllowAnonymous();
        app.MapHealthChecks(AlivePath, new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") })
            .DisableHttpMetrics().AllowAnonymous();
        return app;
    }

    private static void AddConsoleLog(this IHostApplicationBuilder builder)
    {
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        // A probe that fails says so to its caller, and that is every few milliseconds while a system starts.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
    }

    private static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(builder.Environment.ApplicationName, serviceVersion: ServiceVersion)
                .AddEnvironmentVariableDetector()) // OTEL_SERVICE_NAME wins over the name of the application
            .WithTracing(tracing => tracing
                .AddSource(builder.Environment.ApplicationName)
                .AddAspNetCoreInstrumentation(options => options.Filter = IsWorthTracing)
                .AddHttpClientInstrumentation()
                .AddNpgsql())
            .WithMetrics(metrics => metrics
                .AddMeter(builder.Environment.ApplicationName)
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddNpgsqlInstrumentation()
                .AddRuntimeInstrumentation()
                .AddExemplars(builder.Configuration))
            .WithLogging(configureBuilder: null, options =>
            {
                // Without scopes: the host's has the path as it was asked for, which can name a person.
                options.IncludeFormattedMessage = true;
            });

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

    /// <summary>A measurement within a recorded trace keeps the way to it, unless the standard variable says otherwise.</summary>
    private static MeterProviderBuilder AddExemplars(this MeterProviderBuilder metrics, IConfiguration configuration) =>
        string.IsNullOrEmpty(configuration["OTEL_METRICS_EXEMPLAR_FILTER"])
            ? metrics.SetExemplarFilter(ExemplarFilterType.TraceBased)
            : metrics;

    private static string? ServiceVersion =>
        System.Reflection.Assembly.GetEntryAssembly()?.GetName().Version?.ToString(fieldCount: 3);

    /// <summary>
    /// Probes, readers of the API's description and deliveries of audit records come on timers, and would bury the traces
    /// of callers.
    /// </summary>
    private static bool IsWorthTracing(HttpContext context) =>
        !UntracedPaths.Any(path => context.Request.Path.StartsWithSegments(path))
        && !(HttpMethods.IsPost(context.Request.Method) && context.Request.Path == AuditPath);
}
