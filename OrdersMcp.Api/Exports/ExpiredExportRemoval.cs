using Npgsql;
using OrdersMcp.Api.Data.Setup;

namespace OrdersMcp.Api.Exports;

/// <summary>Deletes the documents of expired exports, and their records a day later.</summary>
internal sealed partial class ExpiredExportRemoval(
    BackgroundDatabase database, DatabaseState state, ILogger<ExpiredExportRemoval> logger) : BackgroundService
{
    private const int BatchSize = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // An export still unfinished when it expires fails: nobody waits for it any more.
    private const string RemoveDocuments =
        """
        WITH expired AS (
            SELECT id FROM exports
            WHERE expires_at < now() AND (size > 0 OR status IN ('queued', 'running'))
            ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED),
        emptied AS (
            DELETE FROM export_chunks USING expired WHERE export_id = expired.id)
        UPDATE exports SET size = 0, lease = NULL, leased_until = NULL, version = version + 1,
            message = CASE WHEN status IN ('queued', 'running') THEN 'The export was not finished in time.' ELSE message END,
            status = CASE WHEN status IN ('queued', 'running') THEN 'failed' ELSE status END
        FROM expired WHERE exports.id = expired.id
        """;

    private const string RemoveRecords =
        """
        DELETE FROM exports WHERE id IN (
            SELECT id FROM exports WHERE expires_at < now() - $2
            ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)
        """;

    /// <summary>Removes expired documents and records in batches.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        while (await RunAsync(RemoveDocuments, cancellationToken) == BatchSize)
        {
            // there may be more
        }

        while (await RunAsync(RemoveRecords, cancellationToken, ExportLimits.RecordRetention) == BatchSize)
        {
            // there may be more
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await state.WhenMigrated.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RemoveAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
            {
                LogFailed(exception.Message, exception);
            }
        }
    }

    private async Task<int> RunAsync(string sql, CancellationToken cancellationToken, params TimeSpan[] ages)
    {
        await using var command = database.Source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = BatchSize });
        foreach (var age in ages)
        {
            command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = age });
        }

        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "Expired exports could not be removed ({Reason}); the next run tries again")]
    private partial void LogFailed(string reason, Exception exception);
}
