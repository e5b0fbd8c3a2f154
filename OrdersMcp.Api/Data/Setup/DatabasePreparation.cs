using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Options;
using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>Brings the database up to date, as its owner.</summary>
internal sealed class DatabasePreparation(
    OwnerDatabase owner,
    DatabaseConnections connections,
    IOptions<DatabaseOptions> options,
    IOptions<SeedOptions> seed,
    TimeProvider time)
{
    // Arbitrary. No other code locks this key.
    private const long LockKey = 0x4F72_6465_7273;

    private static readonly ActivitySource Source = new(typeof(DatabasePreparation).Assembly.GetName().Name!);

    /// <summary>
    /// Applies the migrations, grants the role of the service its rights, and writes the demo data if <c>Seed:Demo</c> is true.
    /// If several programs do this at the same time, an advisory lock makes them take turns.
    /// </summary>
    /// <returns>The key of cursors.</returns>
    public async Task<byte[]> PrepareAsync(CancellationToken cancellationToken)
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
            await DemoData.SeedAsync(db, seed.Value.EndOfData(time), cancellationToken);
        }

        var cursorKey = await ReadCursorKeyAsync(connection, cancellationToken);
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

    /// <summary>Changes nothing, and reads what this instance needs once the schema is up to date.</summary>
    /// <returns>The key of cursors, or null if the schema is older than this program.</returns>
    public async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await owner.Source.OpenConnectionAsync(cancellationToken);
        return await MigrationHistory.IsCompleteAsync(connection, cancellationToken)
            ? await ReadCursorKeyAsync(connection, cancellationToken)
            : null;
    }

    private static async Task<byte[]> ReadCursorKeyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT value FROM service_keys WHERE name = 'cursors'", connection);
        try
        {
            return (byte[])(await command.ExecuteScalarAsync(cancellationToken))!;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new NpgsqlException(
                $"this login does not own it ({exception.MessageText}). Set ConnectionStrings:{DatabaseSetup.MigrationsConnectionName} "
                + "to the connection of its owner",
                exception);
        }
    }
}
