using Aspire.Hosting.Azure;
using Azure.Provisioning;
using Azure.Provisioning.AppContainers;
using Azure.Provisioning.Primitives;

namespace OrdersMcp.AppHost.Deployment;

/// <summary>Telemetry in Application Insights, beside the dashboard.</summary>
internal static class ApplicationInsights
{
    // The version of the type that has what is set here; the package's own class is of one that has it not.
    // https://learn.microsoft.com/azure/templates/microsoft.app/managedenvironments
    private const string EnvironmentVersion = "2025-10-02-preview";

    /// <summary>
    /// Lets the environment's OpenTelemetry agent forward traces and logs (it takes no metrics for this destination). The
    /// services need no change: they speak OTLP to the address that the environment tells them.
    /// </summary>
    public static void WithApplicationInsights(this IResourceBuilder<AzureContainerAppEnvironmentResource> apps)
    {
        var insights = apps.ApplicationBuilder.AddAzureApplicationInsights("insights");
        apps.ConfigureInfrastructure(infrastructure =>
        {
            var environment = infrastructure.GetProvisionableResources().OfType<ContainerAppManagedEnvironment>().Single();
            environment.ResourceVersion = EnvironmentVersion;
            BicepValue<string> connection = insights.Resource.ConnectionString.AsProvisioningParameter(infrastructure);
            environment.Set(connection, "appInsightsConfiguration", "connectionString");
            environment.Set(Destinations(), "openTelemetryConfiguration", "tracesConfiguration", "destinations");
            environment.Set(Destinations(), "openTelemetryConfiguration", "logsConfiguration", "destinations");
        });
    }

    private static BicepList<string> Destinations() => ["appInsights"];

    private static void Set(this ContainerAppManagedEnvironment environment, IBicepValue value, params string[] path)
    {
        var name = string.Concat(path);
        value.Self = new BicepValueReference(environment, name, ["properties", .. path]);
        environment.ProvisionableProperties[name] = value;
    }
}
