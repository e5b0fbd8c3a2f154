using System.Text.Json;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Data.Setup;

namespace OrdersMcp.Api.Exports;

/// <summary>
/// The queue of exports in the database, shared by the workers of all replicas. A worker leases an export and renews the
/// lease with every page. If it is silent for too long it loses the export, and its later updates are rejected.
/// </summary>
internal sealed class ExportQueue(BackgroundDatabase background, NpgsqlDataSource database, IOptions<ExportOptions> options)
{
    /// <summary>
    /// Takes the oldest export that no worker holds. It skips exports that another worker is taking, discards the output of
    /// lost workers, and fails exports that were lost too often.
    /// </summary>
    public const string TakeSql =
        """
        WITH given_up AS (
            UPDATE exports SET status = 'failed', lease = NULL, leased_until = NULL, version = version + 1,
                message = 'The export was started several times and never finished. Narrow the filters and try again.'
            WHERE status = 'running' AND leased_until < now() AND attempts >= $3
            RETURNING id),
        taken AS (
            UPDATE exports SET status = 'running', lease = $1, leased_until = now() + $2, attempts = attempts + 1,
                progress = 0, total = NULL, size = 0, version = version + 1
            WHERE id = (
                SELECT id FROM exports
                WHERE status IN ('queued', 'running')
                  AND (status = 'queued' OR (leased_until < now() AND attempts < $3))
                ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING id, format, filters, trace_parent),
        thrown_away AS (
            DELETE FROM export_chunks USING taken WHERE export_id = taken.id)
        SELECT id, format, filters, trace_parent FROM taken
        """;

    /// <returns>The export, or null if there is none.</returns>
    public async Task<ExportWork?> TakeAsync(CancellationToken cancellationToken)
    {
        var lease = Guid.NewGuid();
        await using var command = background.Source.CreateCommand(TakeSql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = lease });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = options.Value.Lease });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = ExportLimits.MaxAttempts });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new ExportWork(
                reader.GetGuid(0),
                lease,
                Enum.Parse<ExportFormat>(reader.GetString(1), ignoreCase: true),
                JsonSerializer.Deserialize(reader.GetString(2), ExportsJson.Default.ExportOrdersRequest)!,
                await reader.IsDBNullAsync(3, cancellationToken) ? null : reader.GetString(3))
            : null;
    }

    /// <summary>Saves the progress and, if given, a chunk of the document, and renews the lease.</summary>
    /// <returns>Whether to continue: false if the export was cancelled or another worker has it.</returns>
    public Task<bool> SaveAsync(
        ExportWork work, int progress, int total, ExportChunk? piece, CancellationToken cancellationToken) =>
        database.UseAsync(connection => SaveAsync(connection, work, progress, total, piece, cancellationToken), cancellationToken);

    private async Task<bool> SaveAsync(
        NpgsqlConnection connection, ExportWork work, int progress, int total, ExportChunk? piece, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH mine AS (
                UPDATE exports SET progress = $3, total = $4, leased_until = now() + $5, version = version + 1,
                    size = size + coalesce(length($7), 0)
                WHERE id = $1 AND lease = $2 AND status = 'running' RETURNING id),
            kept AS (
                INSERT INTO export_chunks (export_id, number, content)
                SELECT id, $6, $7 FROM mine WHERE $7 IS NOT NULL)
            SELECT count(*) FROM mine
            """,
            connection);
        AddLease(command, work);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = progress });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = total });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = options.Value.Lease });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = piece?.Number ?? 0 });
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = piece is null ? DBNull.Value : piece.Content,
            NpgsqlDbType = NpgsqlDbType.Bytea,
        });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))! == 1;
    }

    /// <summary>Marks the document as complete. Its lifetime starts now.</summary>
    public Task SucceedAsync(ExportWork work, CancellationToken cancellationToken) =>
        EndAsync(work, "succeeded", message: null, cancellationToken);

    public Task FailAsync(ExportWork work, string message, CancellationToken cancellationToken) =>
        EndAsync(work, "failed", message, cancellationToken);

    /// <summary>Returns an export to the queue, for another worker to restart at once.</summary>
    public async Task GiveBackAsync(ExportWork work, CancellationToken cancellationToken)
    {
        await using var command = background.Source.CreateCommand(
            """
            UPDATE exports SET status = 'queued', lease = NULL, leased_until = NULL, attempts = attempts - 1,
                progress = 0, total = NULL, version = version + 1
            WHERE id = $1 AND lease = $2 AND status = 'running'
            """);
        AddLease(command, work);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private Task<int> EndAsync(ExportWork work, string status, string? message, CancellationToken cancellationToken) =>
        database.UseAsync(connection => EndAsync(connection, work, status, message, cancellationToken), cancellationToken);

    private static async Task<int> EndAsync(
        NpgsqlConnection connection, ExportWork work, string status, string? message, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH mine AS (
                UPDATE exports SET status = $3, message = $4, expires_at = now() + $5, lease = NULL, leased_until = NULL,
                    version = version + 1
                WHERE id = $1 AND lease = $2 AND status = 'running' RETURNING id, status)
            DELETE FROM export_chunks USING mine WHERE export_id = mine.id AND mine.status <> 'succeeded'
            """,
            connection);
        AddLease(command, work);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = status });
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = message is null ? DBNull.Value : message,
            NpgsqlDbType = NpgsqlDbType.Varchar,
        });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = ExportLimits.Lifetime });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void AddLease(NpgsqlCommand command, ExportWork work)
    {
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = work.Id });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = work.Lease });
    }
}

/// <summary>An export leased by a worker.</summary>
internal sealed record ExportWork(
    Guid Id, Guid Lease, ExportFormat Format, ExportOrdersRequest Request, string? TraceParent);
