using Microsoft.EntityFrameworkCore;
using Npgsql;
using OrdersMcp.Api.Data;

namespace OrdersMcp.Api.Http.Idempotency;

/// <summary>
/// The keys of the last 24 hours. They are in the database, so all replicas share them and they survive restarts.
/// </summary>
internal sealed class IdempotencyStore(OrdersDbContext db, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>
    /// Claims a key in the current transaction. If another transaction holds the key, this waits until it commits, and so
    /// keeps the key, or rolls back, and so frees it.
    /// </summary>
    /// <returns>Null if the key is claimed, otherwise the request it was used for.</returns>
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

    public Task SaveAsync(string caller, string key, StoredResponse response, CancellationToken cancellationToken) =>
        db.IdempotencyRecords
            .Where(record => record.Caller == caller && record.Key == key)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(record => record.Status, response.Status)
                    .SetProperty(record => record.EntityTag, response.ETag)
                    .SetProperty(record => record.Location, response.Location)
                    .SetProperty(record => record.Body, response.Body),
                cancellationToken);
}

/// <summary>The response of a write, for replays.</summary>
internal sealed record StoredResponse(int Status, string? ETag, string? Location, byte[] Body);
