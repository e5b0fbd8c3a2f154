using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Npgsql;
using OrdersMcp.Api.Data.Setup;

namespace OrdersMcp.Api.ToolCalls;

/// <summary>The settings <c>Retention:…</c>.</summary>
internal sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>The days to keep records of tool calls; 0 keeps them forever.</summary>
    [Range(0, 36_500, ErrorMessage = "Retention:ToolCallDays must be from 0 to 36500.")]
    public int ToolCallDays { get; set; } = 30;
}

/// <summary>
/// Removes old records of tool calls, as the owner of the database because the service has no right to. It works in batches,
/// so no statement holds locks for long. An advisory lock allows one replica at a time.
/// </summary>
internal sealed partial class ToolCallRetention(
    OwnerDatabase owner, DatabaseState state, IOptions<RetentionOptions> options, TimeProvider time, ILogger<ToolCallRetention> logger)
    : BackgroundService
{
    // Arbitrary. No other code locks this key.
    public const long LockKey = 0x546F_6F6C_4361;

    public const int BatchSize = 5000;

    /// <summary>
    /// Selects rows by ctid, which is stable because records are never updated. For so many ids, PostgreSQL would scan the
    /// whole table.
    /// </summary>
    public const string Remove =
        """
        WITH turn AS MATERIALIZED (SELECT pg_try_advisory_xact_lock($1) AS is_mine)
        DELETE FROM tool_calls WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM tool_calls WHERE at < $2 AND (SELECT is_mine FROM turn) ORDER BY at LIMIT $3))
        """;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>Removes the records older than the retention, unless another replica is doing so.</summary>
    /// <returns>The number of removed records.</returns>
    public async Task<int> RemoveAsync(CancellationToken cancellationToken)
    {
        await using var connection = await owner.Source.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Remove, connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = LockKey });
        command.Parameters.Add(new NpgsqlParameter<DateTime>
        {
            TypedValue = time.GetUtcNow().AddDays(-options.Value.ToolCallDays).UtcDateTime,
        });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = BatchSize });
        var removed = 0;
        int batch;
        do
        {
            batch = await command.ExecuteNonQueryAsync(cancellationToken);
            removed += batch;
        }
        while (batch == BatchSize);

        return removed;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.ToolCallDays == 0)
        {
            return;
        }

        await state.WhenMigrated.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                LogRemoved(await RemoveAsync(stoppingToken));
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
            {
                LogFailed(exception.Message, exception);
            }
        }
    }

    [LoggerMessage(LogLevel.Debug, "Removed {Count} old records of tool calls")]
    private partial void LogRemoved(int count);

    [LoggerMessage(LogLevel.Warning, "Old records of tool calls could not be removed ({Reason}); the next run tries again")]
    private partial void LogFailed(string reason, Exception exception);
}
