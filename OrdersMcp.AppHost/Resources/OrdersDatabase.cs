using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrdersMcp.AppHost.Local;

namespace OrdersMcp.AppHost.Resources;

/// <summary>The orders database.</summary>
internal static class OrdersDatabase
{
    private const string Server = "postgres";

    /// <summary>
    /// Adds PostgreSQL with one database: a container with a volume, or a process with a data folder if no container engine
    /// runs. The setting <c>Fresh</c> deletes the data of the last run.
    /// </summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddOrdersDatabase(this IDistributedApplicationBuilder builder, string name)
    {
        IResourceBuilder<IResourceWithConnectionString> database = builder.UsesContainers()
            ? builder.AddPostgresContainer().AddDatabase(name)
            : builder.AddPostgresProcess(Server).AddDatabase(name);
        if (builder.ExecutionContext.IsRunMode && builder.LocalRun().Settings.IsFresh)
        {
            // Resources that wait for the database wait for this too. It runs once: a restarted server keeps its data.
            var isReset = false;
            database.OnResourceReady((resource, _, cancellation) =>
                Interlocked.Exchange(ref isReset, true) ? Task.CompletedTask : ResetAsync(resource, name, cancellation));
        }

        return database.WithIconName("Database");
    }

    /// <summary>Adds a command that deletes the data and restarts the service that uses it.</summary>
    public static IResourceBuilder<ProjectResource> WithStartOverCommand(
        this IResourceBuilder<ProjectResource> service, IResourceBuilder<IResourceWithConnectionString> database)
    {
        database.WithCommand("start-over", "Start over with fresh data", async context =>
        {
            var commands = context.Services.GetRequiredService<ResourceCommandService>();
            await commands.ExecuteCommandAsync(service.Resource, KnownResourceCommands.StopCommand, context.CancellationToken);
            await ResetAsync(database.Resource, database.Resource.Name, context.CancellationToken);
            return await commands.ExecuteCommandAsync(service.Resource, KnownResourceCommands.StartCommand, context.CancellationToken);
        },
        new CommandOptions
        {
            Description = "Deletes the database, creates a new one, and restarts the API, which writes the demo data.",
            ConfirmationMessage = "Delete all orders, customers and products, and the history of tool calls?",
            IconName = "DatabaseArrowRight",
            UpdateState = context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running
                ? ResourceCommandState.Enabled
                : ResourceCommandState.Disabled,
        });
        return service;
    }

    /// <summary>
    /// The volume belongs to the data folder, and so to one system at a time. Two servers on one volume would destroy it, and in
    /// separate containers they do not see each other's lock file.
    /// </summary>
    private static IResourceBuilder<PostgresServerResource> AddPostgresContainer(this IDistributedApplicationBuilder builder)
    {
        var server = builder.AddPostgres(Server);
        if (builder.ExecutionContext.IsPublishMode)
        {
            return server.WithDataVolume();
        }

        var data = builder.LocalRun().Data;
        var volume = VolumeNameGenerator.Generate(server, "data");
        return server
            .WithDataVolume(data.Path == UserFolders.Data ? volume : $"{volume}-{data.Key}")
            .BeforeStart((_, _) =>
            {
                data.Claim();
                return Task.CompletedTask;
            });
    }

    private static async Task ResetAsync(IResourceWithConnectionString database, string name, CancellationToken cancellation)
    {
        var administrator = new NpgsqlConnectionStringBuilder(await database.GetConnectionStringAsync(cancellation)) { Database = "postgres", Pooling = false };
        await using var connection = new NpgsqlConnection(administrator.ConnectionString);
        await connection.OpenAsync(cancellation);
        foreach (var statement in new[] { $"DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)", $"CREATE DATABASE \"{name}\"" })
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }
}
