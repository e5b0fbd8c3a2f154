namespace OrdersMcp.AppHost.Resources;

/// <summary>What both services have in common.</summary>
internal static class ServiceExtensions
{
    private const string HealthPath = "/health";
    private const string AlivePath = "/alive";

    /// <summary>
    /// Waits for <c>/health</c> when it starts, and is probed where it is deployed: probes exist only where they are
    /// asked for. A start may take a migration of the database.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithHealth(this IResourceBuilder<ProjectResource> service) => service
        .WithHttpHealthCheck(HealthPath)
        .WithHttpProbe(ProbeType.Startup, AlivePath, periodSeconds: 5, failureThreshold: 24)
        .WithHttpProbe(ProbeType.Readiness, HealthPath, periodSeconds: 10, timeoutSeconds: 5)
        .WithHttpProbe(ProbeType.Liveness, AlivePath, periodSeconds: 15, timeoutSeconds: 5);

    /// <summary>Shows a path of each HTTP endpoint on the dashboard, in place of its address.</summary>
    public static IResourceBuilder<ProjectResource> WithLink(
        this IResourceBuilder<ProjectResource> service, string path, string text) => service.WithUrls(context =>
        {
            foreach (var url in context.Urls.Where(url => url.Endpoint is not null))
            {
                url.DisplayText = url.Endpoint!.EndpointName == "https" ? $"{text} (HTTPS)" : text;
                url.Url = new Uri(new Uri(url.Url), path).AbsoluteUri;
            }
        });

    /// <summary>As many instances on this machine as the setting <c>Parameters:mcp-replicas</c> says, else one.</summary>
    public static IResourceBuilder<ProjectResource> WithReplicasOfConfiguration(
        this IResourceBuilder<ProjectResource> service) =>
        service.WithReplicas(service.ApplicationBuilder.Setting($"{service.Resource.Name}-replicas", standard: 1));
}
