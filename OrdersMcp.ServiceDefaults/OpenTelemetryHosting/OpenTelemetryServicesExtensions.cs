// Stands in for the package OpenTelemetry.Extensions.Hosting: same namespace and method, so that the package
// reference and the deletion of this folder are the whole change.
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OrdersMcp.ServiceDefaults.OpenTelemetryHosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Starts the OpenTelemetry SDK with the host.</summary>
public static class OpenTelemetryServicesExtensions
{
    /// <summary>Adds the OpenTelemetry SDK; configure it with <c>WithTracing</c>, <c>WithMetrics</c> and <c>WithLogging</c>.</summary>
    public static IOpenTelemetryBuilder AddOpenTelemetry(this IServiceCollection services)
    {
        if (!services.Any(descriptor => descriptor.ImplementationType == typeof(TelemetryHostedService)))
        {
            // First of all hosted services: what the others do at start is recorded too.
            services.Insert(0, ServiceDescriptor.Singleton<IHostedService, TelemetryHostedService>());
        }

        services.TryAddSingleton(TimeProvider.System);
        return new OpenTelemetryBuilder(services);
    }

    private sealed record OpenTelemetryBuilder(IServiceCollection Services) : IOpenTelemetryBuilder;
}
