using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Options;
using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>
/// Applies the migrations, grants the role of the service its rights, and writes the demo data if <c>Seed:Demo</c> is true.
/// It runs in the background as the owner of the database: the process starts without a database, and becomes ready when
/// there is one. If several instances start at once, an advisory lock lets one of them work while the others wait.
/// </summary>
internal sealed partial class DatabaseMigrator(
    OwnerDatabase owner,
    IDbContextFactory<OrdersDbContext> contexts,
    DatabaseConnections connections,
    DatabaseState state,
    IOptions<DatabaseOptions> options,
    IOptions<SeedOptions> seed,
    ILogger<DatabaseMigrator> logger) : BackgroundService
{
    // Arbitrary. No other code locks this key.
    private const long LockKey = 0x4F72_6465_7273;

    private static readonly ActivitySource Source = new(typeof(DatabaseMigrator).Assembly.GetName().Name!);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await MigrateWhenPossibleAsync(stoppingToken);
        BuildModel();
    }

    private async Task MigrateWhenPossibleAsync(CancellationToken stoppingToken)
    {
        for (var delay = FirstDelay; ; delay = delay * 2 < MaxDelay ? delay * 2 : MaxDelay)
        {
            try
            {
                state.Migrated(await MigrateAsync(stoppingToken));
                LogReady();
                return;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // A missing database needs no stack trace; anything else is a bug and does.
                LogNotReady(exception.Message, delay, exception is NpgsqlException ? null : exception);
                await Task.Delay(delay, stoppingToken);
            }
        }
    }

    /// <summary>Builds the EF Core model now, so that the first request that needs it does not wait as long.</summary>
    private void BuildModel()
    {
        using var db = contexts.CreateDbContext();
        _ = db.Model;
    }

    /// <returns>The key of cursors.</returns>
    private async Task<byte[]> MigrateAsync(CancellationToken cancellationToken)
    {
        // One trace for all statements instead of one for each.
        using var activity = Source.StartActivity("prepare orders database");

        // The lock ends with the transaction, and so at the latest with the connection. The grants run in the same
        // transaction; the migrations have their own connection.
        await using var connection = await owner.Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var takeLock = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", connection);
        takeLock.Parameters.Add(new NpgsqlParameter<long> { TypedValue = LockKey });
        takeLock.CommandTimeout = 0;
        await takeLock.ExecuteNonQueryAsync(cancellationToken);

        if (!await MigrationHistory.IsCompleteAsync(connection, cancellationToken))
        {
            await ApplyMigrationsAsync(cancellationToken);
        }

        if (options.Value.ServiceRole is { Length: > 0 } role)
        {
            await ServiceRole.EnsureAsync(connection, role, connections.Login, cancellationToken);
        }

        if (seed.Value.Demo && await DemoData.IsRoomAsync(connection, cancellationToken))
        {
            await using var db = owner.OpenContext();
            await DemoData.SeedAsync(db, cancellationToken);
        }

        await using var readKey = new NpgsqlCommand("SELECT value FROM service_keys WHERE name = 'cursors'", connection);
        var cursorKey = (byte[])(await readKey.ExecuteScalarAsync(cancellationToken))!;
        await transaction.CommitAsync(cancellationToken);
        return cursorKey;
    }

    private async Task ApplyMigrationsAsync(CancellationToken cancellationToken)
    {
        await using var db = owner.OpenContext();
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        // EF Core queries the history table before it creates it, which would show an error in the first trace of a new
        // database.
        await db.Database.ExecuteSqlRawAsync(db.GetService<IHistoryRepository>().GetCreateIfNotExistsScript(), cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "The orders database is migrated and ready")]
    private partial void LogReady();

    [LoggerMessage(LogLevel.Warning, "The orders database is not ready ({Reason}); trying again in {Delay}")]
    private partial void LogNotReady(string reason, TimeSpan delay, Exception? exception);
}
