using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using OrdersMcp.Api.Telemetry;

namespace OrdersMcp.Api.Data.Setup;

internal static class DatabaseSetup
{
    public const string ConnectionName = "ordersdb";

    /// <summary>The owner's connection, where the service's login is another one.</summary>
    public const string MigrationsConnectionName = "ordersdb-migrations";

    // One connection listens, the others look for work and are given back at once.
    private const int BackgroundPoolSize = 4;

    public const string NoKerberos = "GSS Encryption Mode=Disable;";

    // Bounds for what the connection string leaves open. Times are in seconds. Nothing that is sent on a pooled connection
    // changes its session (settings are SET LOCAL, locks are of the transaction; who listens has a pool of its own), so it
    // needs no reset before its next use: seven statements that cost more than the reading of an order.
    private const string Defaults =
        "Application Name=ordersmcp-api;Maximum Pool Size=50;Timeout=5;Command Timeout=10;Max Auto Prepare=50;"
        + "No Reset On Close=true;"
        // Below what firewalls and balancers allow (Azure's: four minutes), which drop a connection without a word.
        + "Connection Idle Lifetime=120;"
        // Kerberos is for whoever asks for it: the driver's probing writes an error where the library is not installed.
        + NoKerberos;

    /// <summary>
    /// Adds the orders database: a connection pool in the service's role and pooled contexts on it, the owner's
    /// connections for the migrator that brings the schema up to date, and the health check that says when it is.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// There is no connection string, or it might go to another machine without TLS; or the role is no name.
    /// </exception>
    public static void AddOrdersDatabase(this IHostApplicationBuilder builder)
    {
        var connectionString = ConnectionString(builder.Configuration);

        var role = builder.Configuration[ServiceRole.Setting] ?? ServiceRole.DefaultName;
        if (role.Length > 0 && !ServiceRole.IsName(role))
        {
            throw new InvalidOperationException(
                $"The setting {ServiceRole.Setting} is '{role}', which is no name of a role: lower-case letters, digits "
                + "and '_'. Leave it out for the default, or set it to nothing to work as the login itself.");
        }

        // The last of two equal keys wins: the connection string overrides the defaults.
        var service = Defaults + connectionString;
        var serviceInRole = role.Length > 0 ? ServiceRole.InRole(service, role) : service;
        var migrations = builder.Configuration.GetConnectionString(MigrationsConnectionName);
        var owner = string.IsNullOrWhiteSpace(migrations) ? service : Defaults + migrations;
        if (DatabaseTransport.IsChecked(builder.Environment, builder.Configuration))
        {
            DatabaseTransport.Check(ConnectionName, service);
            DatabaseTransport.Check(string.IsNullOrWhiteSpace(migrations) ? ConnectionName : MigrationsConnectionName, owner);
        }

        // Named, as telemetry would have the connection string for a name.
        builder.Services.AddSingleton(services => new NpgsqlDataSourceBuilder(serviceInRole) { Name = ConnectionName }
            .UseLoggerFactory(services.GetRequiredService<ILoggerFactory>())
            .UseManagedIdentity(services)
            .Build());
        builder.Services.AddSingleton(services => new OwnerDatabase(owner, services));
        builder.Services.AddSingleton(services => new BackgroundDatabase(
            $"{serviceInRole};Maximum Pool Size={BackgroundPoolSize};No Reset On Close=false;Max Auto Prepare=0", services));
        builder.Services.AddSingleton(new WorkingRole(role, new NpgsqlConnectionStringBuilder(service).Username));
        builder.Services.AddPooledDbContextFactory<OrdersDbContext>((services, options) => options
            .UseNpgsql(services.GetRequiredService<NpgsqlDataSource>())
            .AddInterceptors(new PreparedStatementReset()));
        builder.Services.AddDatabaseTelemetry();

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

/// <summary>The role that the service works as (none where the name is empty), and the login that takes it on.</summary>
internal sealed record WorkingRole(string Name, string? Login);
