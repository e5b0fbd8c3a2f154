// Stands in for OpenTelemetry.Instrumentation.AspNetCore, .Http and .Runtime and for Npgsql.OpenTelemetry: the same
// extension methods. .NET and Npgsql emit the spans and metrics themselves; what is missing is on the server span.
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OrdersMcp.ServiceDefaults.HttpInstrumentation;

namespace OpenTelemetry.Trace;

/// <summary>Spans of ASP.NET Core, HttpClient and Npgsql.</summary>
public static class AspNetCoreInstrumentationExtensions
{
    /// <summary>Records a server span for each request, by the HTTP semantic conventions.</summary>
    public static TracerProviderBuilder AddAspNetCoreInstrumentation(
        this TracerProviderBuilder builder, Action<AspNetCoreTraceInstrumentationOptions>? configure = null)
    {
        // Without this switch ASP.NET Core 10 leaves the attributes of its server span to instrumentation packages.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);

        return builder
            .AddSource("Microsoft.AspNetCore")
            .ConfigureServices(services =>
            {
                services.Configure<AspNetCoreTraceInstrumentationOptions>(options => configure?.Invoke(options));
                services.AddSingleton<IStartupFilter, ServerSpanStartupFilter>();
            });
    }

    /// <summary>Records a client span for each request that <see cref="HttpClient"/> sends.</summary>
    public static TracerProviderBuilder AddHttpClientInstrumentation(this TracerProviderBuilder builder) =>
        builder.AddSource("System.Net.Http");

    /// <summary>Records a span for each SQL command.</summary>
    public static TracerProviderBuilder AddNpgsql(this TracerProviderBuilder builder) =>
        builder.AddSource("Npgsql").AddProcessor(new DatabaseSpanProcessor());

    /// <summary>Server metrics: requests, routing, connections, rate limits.</summary>
    public static MeterProviderBuilder AddAspNetCoreInstrumentation(this MeterProviderBuilder builder) =>
        builder.AddMeter(
            "Microsoft.AspNetCore.Hosting",
            "Microsoft.AspNetCore.Routing",
            "Microsoft.AspNetCore.Server.Kestrel",
            "Microsoft.AspNetCore.RateLimiting",
            "Microsoft.AspNetCore.Diagnostics");

    /// <summary>Client metrics: request durations, open connections, name resolution.</summary>
    public static MeterProviderBuilder AddHttpClientInstrumentation(this MeterProviderBuilder builder) =>
        builder.AddMeter("System.Net.Http", "System.Net.NameResolution");

    /// <summary>Garbage collection, threads, exceptions, CPU.</summary>
    public static MeterProviderBuilder AddRuntimeInstrumentation(this MeterProviderBuilder builder) =>
        builder.AddMeter("System.Runtime");

    /// <summary>The connection pool and command durations.</summary>
    public static MeterProviderBuilder AddNpgsqlInstrumentation(this MeterProviderBuilder builder) =>
        builder.AddMeter("Npgsql");
}

/// <summary>Options of the server spans.</summary>
public sealed class AspNetCoreTraceInstrumentationOptions
{
    /// <summary>A request for which this is false is not traced, nor is anything that it causes.</summary>
    public Func<HttpContext, bool>? Filter { get; set; }
}
