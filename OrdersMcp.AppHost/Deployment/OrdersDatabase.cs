namespace OrdersMcp.AppHost.Deployment;

/// <summary>PostgreSQL: a container with a volume on one machine, a managed server in Azure.</summary>
internal static class OrdersDatabase
{
    public const string Server = "postgres";
    public const string Name = "ordersdb";

    public static IResourceBuilder<IResourceWithConnectionString> AddOrdersDatabase(
        this IDistributedApplicationBuilder builder, DeploymentTarget target) =>
        target == DeploymentTarget.Azure ? builder.AddAzureDatabase() : builder.AddPostgres(Server)
            // Published, the volume is named by the system and not by the folder of the one who published it.
            .WithDataVolume(target == DeploymentTarget.Compose ? "ordersmcp-postgres" : null)
            .WithPgWeb(pgweb => pgweb.WithExplicitStart())
            .WithComposeHealthCheck(target)
            .AddDatabase(Name);

    /// <summary>Gives the API its database, which it waits for where both run on one machine.</summary>
    public static IResourceBuilder<ProjectResource> WithOrdersDatabase(
        this IResourceBuilder<ProjectResource> api,
        IResourceBuilder<IResourceWithConnectionString> database,
        DeploymentTarget target) =>
        target == DeploymentTarget.Azure ? api.WithAzureDatabase(database)
        : target == DeploymentTarget.None ? api.WithReference(database).WaitFor(database)
        : api.WithReference(database).WaitFor(database)
            .WithEnvironment("Database__AllowPlaintext", "true") // between containers of one machine
            .PublishAsDockerComposeService((_, service) => service.DependsOn[Server].Condition = "service_healthy");

    private static IResourceBuilder<PostgresServerResource> WithComposeHealthCheck(
        this IResourceBuilder<PostgresServerResource> server, DeploymentTarget target) =>
        target != DeploymentTarget.Compose ? server : server.PublishAsDockerComposeService((_, service) =>
            service.Healthcheck = new()
            {
                Test = ["CMD-SHELL", "pg_isready --username postgres"],
                Interval = "5s",
                Timeout = "3s",
                StartPeriod = "30s",
                Retries = 12,
            });
}
