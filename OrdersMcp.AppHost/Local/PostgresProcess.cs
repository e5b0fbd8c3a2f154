using Npgsql;

namespace OrdersMcp.AppHost.Local;

/// <summary>A PostgreSQL server that is a process of this machine.</summary>
internal sealed class PostgresProcessResource(string name, string command, string folder, ParameterResource password)
    : ExecutableResource(name, command, folder), IResourceWithConnectionString
{
    public EndpointReference Endpoint => field ??= new(this, "tcp");

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
            .BeforeStart(cluster.PrepareAsync)
            .WithReadiness("connection", cancellation => ProblemAsync(resource, cluster, cancellation));
    }

    /// <summary>A database of the server, made when the server is ready.</summary>
    /// <remarks>
    /// A connection string, not a resource of its own kind: Aspire hands the state of a server down to its databases for
    /// containers only (github.com/microsoft/aspire/issues/6615).
    /// </remarks>
    public static IResourceBuilder<IResourceWithConnectionString> AddDatabase(
        this IResourceBuilder<PostgresProcessResource> server, string name)
    {
        server.OnResourceReady(async (resource, _, cancellation) =>
        {
            await using var connection = new NpgsqlConnection(
                await resource.ConnectionStringExpression.GetValueAsync(cancellation) + ";Database=postgres;Pooling=false");
            await connection.OpenAsync(cancellation);
            await using var exists = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", connection) { Parameters = { new() { Value = name } } };
            if (await exists.ExecuteScalarAsync(cancellation) is null)
            {
                await using var create = new NpgsqlCommand($"CREATE DATABASE \"{name}\"", connection);
                await create.ExecuteNonQueryAsync(cancellation);
            }
        });
        return server.ApplicationBuilder
            .AddConnectionString(name, ReferenceExpression.Create($"{server};Database={name}"))
            .WithParentRelationship(server)
            .WaitFor(server);
    }

    private static async Task<string?> ProblemAsync(
        PostgresProcessResource resource, PostgresCluster cluster, CancellationToken cancellation)
    {
        if (!await cluster.IsReadyAsync(cancellation))
        {
            return "The server does not accept connections yet.";
        }

        try
        {
            await using var connection = new NpgsqlConnection(
                await resource.ConnectionStringExpression.GetValueAsync(cancellation) + ";Database=postgres;Pooling=false");
            await connection.OpenAsync(cancellation);
            return null;
        }
        catch (NpgsqlException exception)
        {
            return exception.Message;
        }
    }
}
