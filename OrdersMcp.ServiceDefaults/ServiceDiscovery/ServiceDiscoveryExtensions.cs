// Stands in for the package Microsoft.Extensions.ServiceDiscovery: same namespace, methods and configuration keys.
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrdersMcp.ServiceDefaults.ServiceDiscovery;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Resolves logical service names such as <c>https+http://api</c> from configuration.</summary>
public static class ServiceDiscoveryExtensions
{
    /// <summary>Adds service discovery from the configuration section <c>Services</c>.</summary>
    public static IServiceCollection AddServiceDiscovery(this IServiceCollection services)
    {
        services.TryAddSingleton<ServiceEndpointResolver>();
        return services;
    }

    /// <summary>Lets this client send requests to logical service names.</summary>
    public static IHttpClientBuilder AddServiceDiscovery(this IHttpClientBuilder builder)
    {
        builder.Services.AddServiceDiscovery();
        return builder.AddHttpMessageHandler(services =>
            new ResolvingHttpHandler(services.GetRequiredService<ServiceEndpointResolver>()));
    }
}
