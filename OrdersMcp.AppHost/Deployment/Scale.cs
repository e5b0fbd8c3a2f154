using Azure.Provisioning.AppContainers;
using OrdersMcp.AppHost.Resources;

namespace OrdersMcp.AppHost.Deployment;

/// <summary>How large a service is, and how many of it there are.</summary>
internal static class Scale
{
    private const int ComposePort = 5090;

    /// <summary>
    /// Sizes a service in Azure Container Apps, and scales it by the HTTP requests that an instance answers at once. The
    /// settings <c>Parameters:{name}-min-replicas</c> (0 scales to zero) and <c>-max-replicas</c> change its bounds.
    /// </summary>
    /// <param name="service">The service.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="cpu">Cores of an instance.</param>
    /// <param name="memory">Memory of an instance; Container Apps want 2 Gi for each core.</param>
    /// <param name="minimum">The fewest instances, unless set otherwise.</param>
    /// <param name="maximum">The most instances, unless set otherwise.</param>
    /// <param name="concurrentRequests">Requests at once, above which there is one instance more.</param>
    public static IResourceBuilder<ProjectResource> WithScale(
        this IResourceBuilder<ProjectResource> service,
        DeploymentTarget target,
        double cpu,
        string memory,
        int minimum,
        int maximum,
        int concurrentRequests)
    {
        var (builder, name) = (service.ApplicationBuilder, service.Resource.Name);
        return target switch
        {
            DeploymentTarget.Azure => service.PublishAsAzureContainerApp((_, app) =>
            {
                app.Template.Containers[0].Value!.Resources = new AppContainerResources { Cpu = cpu, Memory = memory };
                app.Template.Scale.MinReplicas = builder.Setting($"{name}-min-replicas", minimum);
                app.Template.Scale.MaxReplicas = builder.Setting($"{name}-max-replicas", maximum);
                app.Template.Scale.Rules.Add(new ContainerAppScaleRule
                {
                    Name = "http",
                    Http = new ContainerAppHttpScaleRule
                    {
                        Metadata = { ["concurrentRequests"] = $"{concurrentRequests}" },
                    },
                });
            }),
            DeploymentTarget.Compose => service.PublishAsDockerComposeService((_, compose) =>
            {
                compose.Restart = "unless-stopped";
                // What is external has a port of the machine: the one it has in development, and not a random one. It
                // is plain HTTP, so it is on loopback, behind a proxy, unless who starts the system says otherwise.
                var published = builder.Setting($"{name}-port", ComposePort);
                var address = $"${{{name.ToUpperInvariant()}_ADDRESS:-127.0.0.1}}";
                compose.Ports = [.. compose.Ports.Select(port => $"{address}:{published}:{port}")];
            }),
            _ => service,
        };
    }
}
