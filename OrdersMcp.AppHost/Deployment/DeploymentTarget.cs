namespace OrdersMcp.AppHost.Deployment;

/// <summary>Where the system goes when it is published.</summary>
internal enum DeploymentTarget
{
    /// <summary>Nowhere: it is run on this machine.</summary>
    None,

    /// <summary>Azure Container Apps, with an Azure Database for PostgreSQL.</summary>
    Azure,

    /// <summary>One machine with Docker Compose.</summary>
    Compose,
}

internal static class DeploymentTargets
{
    private const string Setting = "Deployment:Target";

    /// <summary>
    /// Adds the environment that the system is published to: Azure Container Apps, or what the setting
    /// <c>Deployment:Target</c> names (<c>azure</c>, <c>compose</c>).
    /// </summary>
    /// <exception cref="DistributedApplicationException">The setting names something else.</exception>
    public static DeploymentTarget AddDeploymentTarget(this IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsRunMode)
        {
            return DeploymentTarget.None;
        }

        switch (builder.Configuration[Setting]?.ToLowerInvariant())
        {
            case null or "" or "azure":
                builder.AddAzure();
                return DeploymentTarget.Azure;
            case "compose":
                builder.AddDockerComposeEnvironment("compose").WithDashboard(dashboard => dashboard.WithHostPort(18888));
                return DeploymentTarget.Compose;
            case var other:
                throw new DistributedApplicationException($"{Setting} is '{other}'; it is azure or compose.");
        }
    }
}
