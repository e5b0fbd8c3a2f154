using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using OrdersMcp.Api.Telemetry;

namespace OrdersMcp.Api.Data.Setup;

internal static class DatabaseSetup
{
    public const string ConnectionName = "ordersdb";

    /// <summary>The connection of the owner, if the service has another login.</summary>
    public const string MigrationsConnectionName = "ordersdb-migrations";

    // One connection listens; the others poll and are released at once.
    private const int BackgroundPoolSize = 4;

    public const string NoKerberos = "GSS Encryption Mode=Disable;";

    // Limits, unless the connection string sets them; times in seconds. Nothing changes the session of a pooled connection
    // (settings are SET LOCAL, locks belong to transactions, listeners have their own pool), so it needs no reset between
    // uses: its seven statements would cost more than reading an order.
    private const string Defaults =
        "Application Name=ordersmcp-api;Maximum Pool Size=50;Timeout=5;Command Timeout=10;Max Auto Prepare=50;"
        + "No Reset On Close=true;"
        // Below the idle limit of firewalls and load balancers (four minutes on Azure), which drop connections silently.
        + "Connection Idle Lifetime=120;"
        // Kerberos is opt-in: without the library, probing by the driver writes an error.
        + NoKerberos;

    /// <summary>
    /// Adds the orders database: a connection pool in the role of the service with pooled contexts, the connections of the
    /// owner for the migrator, and the health check.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The connection string is missing or could leave this machine without TLS, or the role name is invalid.
    /// </exception>
    public static void AddOrdersDatabase(this IHostApplicationBuilder builder)
    {
        var connectionString = ConnectionString(builder.Configuration);

        var role = builder.Configuration[ServiceRole.Setting] ?? ServiceRole.DefaultName;
        if (role.Length > 0 && !ServiceRole.IsName(role))
        {
            throw new InvalidOperationException(
                $"The setting {ServiceRole.Setting} is '{role}', which is not a valid role name: use lower-case letters, "
                + "digits and '_'. Omit it for the default, or set it to an empty value to work as the login itself.");
        }

        // The last of two equal keys wins, so the connection string overrides the defaults.
        var service = Defaults + connectionString;
        var serviceInRole = role.Length > 0 ? ServiceRole.InRole(service, role) : service;
        var migrations = builder.Configuration.GetConnectionString(MigrationsConnectionName);
        var owner = string.IsNullOrWhiteSpace(migrations) ? service : Defaults + migrations;
        if (DatabaseTransport.IsChecked(builder.Environment, builder.Configuration))
        {
            DatabaseTransport.Check(ConnectionName, service);
            DatabaseTransport.Check(string.IsNullOrWhiteSpace(migrations) ? ConnectionName : MigrationsConnectionName, owner);
        }

        // Named, because telemetry would otherwise use the connection string as the name.
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

    /// <exception cref="InvalidOperationException">It is missing.</exception>
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

/// <summary>The role of the service (empty for none), and the login that assumes it.</summary>
internal sealed record WorkingRole(string Name, string? Login);
