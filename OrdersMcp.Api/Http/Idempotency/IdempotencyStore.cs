using Microsoft.EntityFrameworkCore;
using Npgsql;
using OrdersMcp.Api.Data;

namespace OrdersMcp.Api.Http.Idempotency;

/// <summary>The keys of the last day, in the database: every replica sees the same, and so does the next start.</summary>
internal sealed class IdempotencyStore(OrdersDbContext db, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>
    /// Takes a key within the current transaction. Another transaction that has it is waited for: when it commits, the
    /// key is its, and when it fails, the key is ours.
    /// </summary>
    /// <returns>Null when the key is ours, else what it was used for.</returns>
    /// <exception cref="PostgresException">
    /// <see cref="PostgresErrorCodes.LockNotAvailable"/>: the other transaction takes longer than the lock timeout.
    /// </exception>
    public async Task<IdempotencyRecord?> TakeAsync(
        string caller, string key, byte[] fingerprint, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var oldest = now - Lifetime;
        var taken = await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO idempotency_keys (caller, key, fingerprint, created_at)
            VALUES ({caller}, {key}, {fingerprint}, {now})
            ON CONFLICT (caller, key) DO UPDATE
            SET fingerprint = excluded.fingerprint, created_at = excluded.created_at,
                status = NULL, entity_tag = NULL, location = NULL, body = NULL
            WHERE idempotency_keys.created_at < {oldest}
            """,
            cancellationToken);
        return taken == 1
            ? null
            : await db.IdempotencyRecords.AsNoTracking()
                .SingleAsync(record => record.Caller == caller && record.Key == key, cancellationToken);
    }

    public Task SaveAsync(string caller, string key, StoredResponse answer, CancellationToken cancellationToken) =>
        db.IdempotencyRecords
            .Where(record => record.Caller == caller && record.Key == key)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(record => record.Status, answer.Status)
                    .SetProperty(record => record.EntityTag, answer.ETag)
                    .SetProperty(record => record.Location, answer.Location)
                    .SetProperty(record => record.Body, answer.Body),
                cancellationToken);
}

/// <summary>What a write answered, to be answered again.</summary>
internal sealed record StoredResponse(int Status, string? ETag, string? Location, byte[] Body);
