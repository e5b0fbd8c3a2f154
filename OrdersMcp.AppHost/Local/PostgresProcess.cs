namespace OrdersMcp.AppHost.Local;

/// <summary>A PostgreSQL server that is a process of this machine.</summary>
internal sealed class PostgresProcessResource(string name, string command, string folder, ParameterResource password)
    : ExecutableResource(name, command, folder), IResourceWithConnectionString
{
    public EndpointReference Endpoint => field ??= new(this, "tcp");

    /// <summary>The databases that a new cluster gets.</summary>
    public List<string> Databases { get; } = [];

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
        $"Host={Endpoint.Property(EndpointProperty.Host)};Port={Endpoint.Property(EndpointProperty.Port)};Username={PostgresCluster.UserName};Password={password}");
}

internal static class PostgresProcess
{
    /// <summary>
    /// The orchestrator stops with SIGTERM and kills after some seconds. For SIGTERM, PostgreSQL waits until its clients have
    /// gone; SIGINT cuts them off, and the data is safe.
    /// </summary>
    private const string StopFast = """trap 'kill -INT $server' TERM INT; "$@" & server=$!; wait $server; wait $server""";

    /// <summary>A server with the data folder of this machine's system.</summary>
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
            // Without a locale in the environment (started from an IDE), macOS starts a thread where PostgreSQL allows none.
            .WithEnvironment("LC_ALL", "C")
            .WithIconName("DatabaseMultiple")
            .WithClaimedPorts("Postgres")
            .BeforeStart((report, cancellation) => cluster.PrepareAsync(resource.Databases, report, cancellation))
            .WithReadiness("connections", async cancellation =>
                await cluster.IsReadyAsync(cancellation) ? null : "The server does not accept connections yet.");
    }

    /// <summary>A database of the server, created with the cluster.</summary>
    /// <remarks>
    /// A connection string, not a resource of its own kind: Aspire hands the state of a server down to its databases for
    /// containers only (github.com/microsoft/aspire/issues/6615).
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
