using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace OrdersMcp.ServiceDefaults.Telemetry;

/// <summary>
/// Collects the spans and metrics that ASP.NET Core and HttpClient emit themselves. The instrumentation packages would write
/// the same attributes again (docs/decisions/0011-http-spans-of-the-platform.md).
/// </summary>
internal static class HttpInstrumentationExtensions
{
    /// <summary>Records a span for each served request, following the HTTP semantic conventions.</summary>
    /// <param name="builder">The tracing.</param>
    /// <param name="isTraced">If false, neither the request nor anything that it causes is traced.</param>
    public static TracerProviderBuilder AddHttpServerInstrumentation(this TracerProviderBuilder builder, Func<HttpContext, bool> isTraced)
    {
        // By default, ASP.NET Core 10 leaves the attributes of its server span to instrumentation packages.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);

        return builder
            .AddSource("Microsoft.AspNetCore")
            .ConfigureServices(services => services.AddSingleton<IStartupFilter>(new ServerSpanStartupFilter(isTraced)));
    }

    /// <summary>Records a span for each request that <see cref="HttpClient"/> sends.</summary>
    public static TracerProviderBuilder AddHttpClientInstrumentation(this TracerProviderBuilder builder) =>
        builder.AddSource("System.Net.Http");

    /// <summary>Server metrics: requests, routing, connections, rate limits, exceptions.</summary>
    public static MeterProviderBuilder AddHttpServerInstrumentation(this MeterProviderBuilder builder) =>
        builder.AddMeter(
            "Microsoft.AspNetCore.Hosting",
            "Microsoft.AspNetCore.Routing",
            "Microsoft.AspNetCore.Server.Kestrel",
            "Microsoft.AspNetCore.RateLimiting",
            "Microsoft.AspNetCore.Diagnostics");

    /// <summary>Client metrics: request durations, open connections, name resolution.</summary>
    public static MeterProviderBuilder AddHttpClientInstrumentation(this MeterProviderBuilder builder) =>
        builder.AddMeter("System.Net.Http", "System.Net.NameResolution");
}
