using OrdersMcp.AppHost.Resources;

namespace OrdersMcp.AppHost.Deployment;

/// <summary>
/// PostgreSQL in a container. Its superuser belongs to the job that runs before the API: it makes the database, an owner
/// and a login of the service, none of whom is an administrator.
/// </summary>
internal static class ContainerDatabase
{
    // The names that the command grant-access gives them.
    private const string Owner = "orders_owner";
    private const string Service = "orders_service";

    public static OrdersDatabase AddContainerDatabase(this IDistributedApplicationBuilder builder, DeploymentTarget target)
    {
        var server = builder.AddPostgres(OrdersDatabase.Server)
            // Published, the volume is named by the system and not by the folder of the one who published it.
            .WithDataVolume(target == DeploymentTarget.Compose ? "ordersmcp-postgres" : null)
            .WithPgWeb(pgweb => pgweb.WithExplicitStart())
            .WithComposeHealthCheck(target);
        var database = server.AddDatabase(OrdersDatabase.Name);
        var (owner, service) = (builder.AddSecret("database-owner-password"), builder.AddSecret("database-service-password"));

        var access = OrdersDatabase.AddAccessJob(builder, database.Resource.ConnectionStringExpression)
            .WithEnvironment("Access__OwnerPassword", owner)
            .WithEnvironment("Access__ServicePassword", service)
            .WithPlaintextDatabase(target)
            .WaitFor(database)
            .WithComposeImageOfTheApi(target);
        return new OrdersDatabase(database, access, new Dictionary<string, ReferenceExpression>(StringComparer.Ordinal)
        {
            [OrdersDatabase.Name] = Connection(server.Resource, Service, service.Resource),
            [OrdersDatabase.Migrations] = Connection(server.Resource, Owner, owner.Resource),
        });
    }

    /// <summary>Between containers of one machine there is no TLS, which the API's program asks for outside of Development.</summary>
    public static IResourceBuilder<ProjectResource> WithPlaintextDatabase(
        this IResourceBuilder<ProjectResource> program, DeploymentTarget target) =>
        target == DeploymentTarget.Compose ? program.WithEnvironment("Database__AllowPlaintext", "true") : program;

    private static ReferenceExpression Connection(PostgresServerResource server, string login, ParameterResource password) =>
        ReferenceExpression.Create(
            $"Host={server.Host};Port={server.Port};Username={login};Password={password};Database={OrdersDatabase.Name}");

    private static IResourceBuilder<ProjectResource> WithComposeImageOfTheApi(
        this IResourceBuilder<ProjectResource> job, DeploymentTarget target) =>
        target != DeploymentTarget.Compose ? job : job.PublishAsDockerComposeService((_, service) =>
        {
            service.Image = "${API_IMAGE}";
            service.DependsOn[OrdersDatabase.Server].Condition = "service_healthy";
        });

    /// <summary>By TCP: while the image makes the data folder, its server answers on the Unix socket only.</summary>
    private static IResourceBuilder<PostgresServerResource> WithComposeHealthCheck(
        this IResourceBuilder<PostgresServerResource> server, DeploymentTarget target) =>
        target != DeploymentTarget.Compose ? server : server.PublishAsDockerComposeService((_, service) =>
            service.Healthcheck = new()
            {
                Test = ["CMD-SHELL", "pg_isready --host 127.0.0.1 --username postgres"],
                Interval = "5s",
                Timeout = "3s",
                StartPeriod = "30s",
                Retries = 12,
            });
}
