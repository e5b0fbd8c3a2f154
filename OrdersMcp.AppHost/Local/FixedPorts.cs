namespace OrdersMcp.AppHost.Local;

internal static class FixedPorts
{
    /// <summary>
    /// Lets the resource listen on a documented port itself, without a proxy of the orchestrator. It does not start if the port
    /// is taken. Tests and isolated runs use any free port.
    /// </summary>
    /// <param name="resource">A resource with an endpoint <c>http</c>, and possibly <c>https</c>.</param>
    /// <param name="setting">The setting below <c>Ports:</c>; <c>Api</c> is set by <c>--api-port</c>.</param>
    /// <param name="standard">The default port.</param>
    public static IResourceBuilder<T> WithFixedPort<T>(this IResourceBuilder<T> resource, string setting, int standard)
        where T : IResourceWithEndpoints
    {
        if (resource.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return resource;
        }

        var settings = resource.ApplicationBuilder.LocalRun().Settings;
        return resource
            .WithEndpoint("http", endpoint => Fix(endpoint, settings.Port(setting, standard)), createIfNotExists: false)
            .WithEndpoint("https", endpoint => Fix(endpoint, settings.HasRandomPorts ? null : endpoint.Port), createIfNotExists: false)
            .WithClaimedPorts(setting);

        static void Fix(EndpointAnnotation endpoint, int? port) => (endpoint.Port, endpoint.IsProxied) = (port, false);
    }

    /// <summary>Keeps the resource from starting if a port that it listens on is taken.</summary>
    public static IResourceBuilder<T> WithClaimedPorts<T>(this IResourceBuilder<T> resource, string setting)
        where T : IResourceWithEndpoints
    {
        var claims = resource.ApplicationBuilder.LocalRun().Ports;
        int[] ports = [.. resource.Resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => endpoint.Port).OfType<int>()];
        Array.ForEach(ports, claims.Want);
        return resource.BeforeStart(async (report, cancellation) =>
        {
            foreach (var port in ports)
            {
                await claims.ClaimAsync(port, $"--{setting.ToLowerInvariant()}-port", report.Say, cancellation);
            }
        });
    }
}
