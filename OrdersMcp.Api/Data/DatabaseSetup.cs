using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using OrdersMcp.Api.DatabaseAccess;

namespace OrdersMcp.Api.Data;

internal static class DatabaseSetup
{
    public const string ConnectionName = "ordersdb";

    // Bounds for what the connection string leaves open. Times are in seconds.
    private const string Defaults =
        "Application Name=ordersmcp-api;Maximum Pool Size=50;Timeout=5;Command Timeout=10;Max Auto Prepare=50;";

    /// <summary>
    /// Adds the orders database: one connection pool, pooled contexts, the migrator that brings the schema up to date
    /// and the health check that says when it is.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no connection string.</exception>
    public static void AddOrdersDatabase(this IHostApplicationBuilder builder)
    {
        var connectionString = ConnectionString(builder.Configuration);

        // The last of two equal keys wins: the connection string overrides the defaults.
        builder.Services.AddSingleton(services => new NpgsqlDataSourceBuilder(Defaults + connectionString)
            .UseLoggerFactory(services.GetRequiredService<ILoggerFactory>())
            .UseManagedIdentity(builder.Configuration)
            .Build());
        builder.Services.AddDbContextPool<OrdersDbContext>((services, options) => options
            .UseNpgsql(services.GetRequiredService<NpgsqlDataSource>()));

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<DatabaseState>();
        builder.Services.AddHostedService<DatabaseMigrator>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database", tags: ["ready"]);
    }

    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static string ConnectionString(IConfiguration configuration)
    {
        var connectionString = configuration.GetConnectionString(ConnectionName);
        return string.IsNullOrWhiteSpace(connectionString)
            ? throw new InvalidOperationException(
                $"The connection string '{ConnectionName}' is missing. Set ConnectionStrings:{ConnectionName} "
                + $"(environment variable ConnectionStrings__{ConnectionName}), for example to "
                + $"'Host=localhost;Database={ConnectionName};Username=postgres;Password=…'.")
            : connectionString;
    }
}
