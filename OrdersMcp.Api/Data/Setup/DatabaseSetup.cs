using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;
using OrdersMcp.Api.Telemetry;

namespace OrdersMcp.Api.Data.Setup;

internal static class DatabaseSetup
{
    public const string ConnectionName = "ordersdb";

    /// <summary>The connection of the owner, if the service has another login.</summary>
    public const string MigrationsConnectionName = "ordersdb-migrations";

    /// <summary>The connection for listening, which a pooler does not support, if the service uses a pooler.</summary>
    public const string DirectConnectionName = "ordersdb-direct";

    /// <summary>
    /// Adds the orders database: a connection pool in the role of the service with pooled contexts, the connections of the
    /// owner for the migrator, and the health check.
    /// </summary>
    public static void AddOrdersDatabase(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<DatabaseOptions>()
            .Bind(builder.Configuration.GetSection(DatabaseOptions.Section))
            .Configure<IConfiguration>((options, configuration) => options.ReadConnections(configuration))
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<DatabaseOptions>, DatabaseOptionsValidator>();
        builder.Services.AddOptions<SeedOptions>()
            .Bind(builder.Configuration.GetSection(SeedOptions.Section))
            .ValidateOnStart();

        // Named, because telemetry would otherwise use the connection string as the name.
        builder.Services.AddSingleton<DatabaseConnections>();
        builder.Services.AddSingleton(services =>
            new NpgsqlDataSourceBuilder(services.GetRequiredService<DatabaseConnections>().Service) { Name = ConnectionName }
                .UseLoggerFactory(services.GetRequiredService<ILoggerFactory>())
                .UseManagedIdentity(services)
                .NoteOpenings()
                .Build());
        builder.Services.AddSingleton(services =>
            new OwnerDatabase(services.GetRequiredService<DatabaseConnections>().Owner, services));
        builder.Services.AddSingleton(services =>
            new BackgroundDatabase(services.GetRequiredService<DatabaseConnections>().Background, services));
        builder.Services.AddPooledDbContextFactory<OrdersDbContext>((services, options) => options
            .UseNpgsql(services.GetRequiredService<NpgsqlDataSource>())
            .AddInterceptors(new PreparedStatementReset()));
        builder.Services.AddDatabaseTelemetry();

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<DatabaseState>();
        builder.Services.AddSingleton<DatabasePreparation>();
        builder.Services.AddHostedService<DatabaseMigrator>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database", tags: ["ready"]);
    }
}
