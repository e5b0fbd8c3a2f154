namespace OrdersMcp.AppHost.Resources;

/// <summary>What both services have in common.</summary>
internal static class ServiceExtensions
{
    private const string HealthPath = "/health";
    private const string AlivePath = "/alive";

    /// <summary>
    /// Probes for where it is deployed: they exist only where they are asked for. Each is a health check here as well,
    /// which is why there is no third one: two of the same path would be the same check twice.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithHealth(
        this IResourceBuilder<ProjectResource> service) => service
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
