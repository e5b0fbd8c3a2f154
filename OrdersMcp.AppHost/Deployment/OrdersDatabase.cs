namespace OrdersMcp.AppHost.Deployment;

/// <summary>The orders database, and who uses it.</summary>
/// <param name="Resource">The database; its own connection string is an administrator's.</param>
/// <param name="Access">The job that lets the API in.</param>
/// <param name="Logins">How the API connects, by the name of the connection string.</param>
internal sealed record OrdersDatabase(
    IResourceBuilder<IResourceWithConnectionString> Resource,
    IResourceBuilder<ProjectResource> Access,
    IReadOnlyDictionary<string, ReferenceExpression> Logins)
{
    public const string Server = "postgres";
    public const string Name = "ordersdb";

    /// <summary>The owner's connection string, with which the API migrates the database; see docs/orders-api.md.</summary>
    public const string Migrations = $"{Name}-migrations";

    /// <summary>The job is the API's program with another command.</summary>
    private const string Job = "database-access";

    /// <summary>Adds the job, which logs in as an administrator; the API never does.</summary>
    public static IResourceBuilder<ProjectResource> AddAccessJob(
        IDistributedApplicationBuilder builder, ReferenceExpression administrator) =>
        builder.AddProject<Projects.OrdersMcp_Api>(Job, options => options.ExcludeLaunchProfile = true)
            .WithArgs("grant-access")
            .WithEnvironment($"ConnectionStrings__{Name}", administrator);
}

internal static class OrdersDatabases
{
    /// <summary>PostgreSQL: a container with a volume on one machine, a managed server in Azure.</summary>
    public static OrdersDatabase AddOrdersDatabase(this IDistributedApplicationBuilder builder, DeploymentTarget target) =>
        target == DeploymentTarget.Azure ? builder.AddAzureDatabase() : builder.AddContainerDatabase(target);

    /// <summary>Gives the API its database, which it waits for where both run on one machine.</summary>
    public static IResourceBuilder<ProjectResource> WithOrdersDatabase(
        this IResourceBuilder<ProjectResource> api, OrdersDatabase database, DeploymentTarget target)
    {
        foreach (var (name, connection) in database.Logins)
        {
            api.WithEnvironment($"ConnectionStrings__{name}", connection);
        }

        return target == DeploymentTarget.Azure
            ? api.WithAzureIdentity()
            : api.WithReferenceRelationship(database.Resource).WaitForCompletion(database.Access).WithPlaintextDatabase(target);
    }
}
