namespace OrdersMcp.AppHost.Local;

/// <summary>A PostgreSQL server as a process on this machine.</summary>
internal sealed class PostgresProcessResource(string name, string command, string folder, ParameterResource password)
    : ExecutableResource(name, command, folder), IResourceWithConnectionString
{
    public EndpointReference Endpoint => field ??= new(this, "tcp");

    /// <summary>The databases of a new cluster.</summary>
    public List<string> Databases { get; } = [];

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
        $"Host={Endpoint.Property(EndpointProperty.Host)};Port={Endpoint.Property(EndpointProperty.Port)};Username={PostgresCluster.UserName};Password={password}");
}

internal static class PostgresProcess
{
    /// <summary>
    /// The orchestrator stops with SIGTERM and kills after some seconds. On SIGTERM, PostgreSQL waits until its clients have
    /// disconnected. On SIGINT it disconnects them, and the data is safe.
    /// </summary>
    private const string StopFast = """trap 'kill -INT $server' TERM INT; "$@" & server=$!; wait $server; wait $server""";

    /// <summary>Adds a server with the data folder of this run.</summary>
    public static IResourceBuilder<PostgresProcessResource> AddPostgresProcess(this IDistributedApplicationBuilder builder, string name)
    {
        var run = builder.LocalRun();
        var cluster = new PostgresCluster(run.Data, run.Settings.CacheFolder);
        var password = builder.AddParameter($"{name}-password", () => cluster.Password, secret: true);
        var resource = new PostgresProcessResource(name, "/bin/sh", "/", password.Resource);
        return builder.AddResource(resource)
            .WithEndpoint(name: "tcp", scheme: "tcp", port: run.Settings.Port("Postgres", standard: null), isProxied: false)
            .WithArgs(context =>
            {
                foreach (var argument in new[] { "-c", StopFast, "sh" }.Concat(cluster.Server))
                {
                    context.Args.Add(argument);
                }

                context.Args.Add("-p");
                context.Args.Add(resource.Endpoint.Property(EndpointProperty.TargetPort));
            })
            // Without a locale in the environment (as in an IDE), macOS starts a thread, which PostgreSQL does not allow.
            .WithEnvironment("LC_ALL", "C")
            .WithIconName("DatabaseMultiple")
            .WithClaimedPorts("Postgres")
            .BeforeStart((report, cancellation) => cluster.PrepareAsync(resource.Databases, report, cancellation))
            .WithReadiness("connections", async cancellation =>
                await cluster.IsReadyAsync(cancellation) ? null : "The server does not accept connections yet.");
    }

    /// <summary>Adds a database of the server. It is created with the cluster.</summary>
    /// <remarks>
    /// The database is a connection string instead of its own kind of resource, because Aspire passes the state of a server to
    /// its databases only for containers (github.com/microsoft/aspire/issues/6615).
    /// </remarks>
    public static IResourceBuilder<IResourceWithConnectionString> AddDatabase(
        this IResourceBuilder<PostgresProcessResource> server, string name)
    {
        server.Resource.Databases.Add(name);
        return server.ApplicationBuilder
            .AddConnectionString(name, ReferenceExpression.Create($"{server};Database={name}"))
            .WithParentRelationship(server)
            .WaitFor(server);
    }
}
