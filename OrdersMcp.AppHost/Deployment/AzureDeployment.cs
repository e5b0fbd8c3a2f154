using Microsoft.Extensions.Configuration;

namespace OrdersMcp.AppHost.Deployment;

/// <summary>Azure: an environment of Container Apps in a network of its own.</summary>
internal static class AzureDeployment
{
    public const string DataSubnet = "data";

    public static void AddAzure(this IDistributedApplicationBuilder builder)
    {
        var network = builder.AddAzureVirtualNetwork("network", "10.20.0.0/16");
        network.AddSubnet(DataSubnet, "10.20.2.0/27");
        var apps = builder.AddAzureContainerAppEnvironment("apps")
            .WithDelegatedSubnet(network.AddSubnet("apps-subnet", "10.20.0.0/23"));
        if (builder.Configuration.GetValue<bool>("Deployment:ApplicationInsights"))
        {
            apps.WithApplicationInsights();
        }
    }
}
