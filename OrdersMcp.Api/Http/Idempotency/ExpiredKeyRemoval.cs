using Npgsql;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Data.Setup;

namespace OrdersMcp.Api.Http.Idempotency;

/// <summary>Removes expired keys in batches, so that no statement holds locks for long.</summary>
internal sealed partial class ExpiredKeyRemoval(
    NpgsqlDataSource database, DatabaseState state, TimeProvider time, ILogger<ExpiredKeyRemoval> logger)
    : BackgroundService
{
    private const int BatchSize = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>Removes the keys that have expired.</summary>
    /// <returns>The number of removed keys.</returns>
    public async Task<int> RemoveAsync(CancellationToken cancellationToken)
    {
        var removed = 0;
        int batch;
        do
        {
            batch = await database.UseAsync(connection => RemoveBatchAsync(connection, cancellationToken), cancellationToken);
            removed += batch;
        }
        while (batch == BatchSize);

        return removed;
    }

    private async Task<int> RemoveBatchAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Skips rows that another replica is removing.
        await using var command = new NpgsqlCommand(
            """
            DELETE FROM idempotency_keys WHERE (caller, key) IN (
                SELECT caller, key FROM idempotency_keys WHERE created_at < $1
                ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<DateTime>
        {
            TypedValue = (time.GetUtcNow() - IdempotencyStore.Lifetime).UtcDateTime,
        });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = BatchSize });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (state.IsMigrated)
                {
                    LogRemoved(await RemoveAsync(stoppingToken));
                }
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
            {
                LogFailed(exception.Message, exception);
            }
        }
    }

    [LoggerMessage(LogLevel.Debug, "Removed {Count} expired idempotency keys")]
    private partial void LogRemoved(int count);

    [LoggerMessage(LogLevel.Warning, "Expired idempotency keys could not be removed ({Reason}); the next run tries again")]
    private partial void LogFailed(string reason, Exception exception);
}
