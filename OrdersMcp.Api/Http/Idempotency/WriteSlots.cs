using System.Threading.RateLimiting;
using Npgsql;

namespace OrdersMcp.Api.Http.Idempotency;

/// <summary>
/// Writes use at most half of the database's connections, so that reads find one while writes wait for locked rows. Further
/// writes wait their turn without a connection.
/// </summary>
internal sealed class WriteSlots(NpgsqlDataSource database) : IDisposable
{
    private const int MaxWaiting = 1_000;

    private readonly ConcurrencyLimiter _slots = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = Math.Max(1, new NpgsqlConnectionStringBuilder(database.ConnectionString).MaxPoolSize / 2),
        QueueLimit = MaxWaiting,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <returns>A lease to dispose, which is not acquired if too many writes wait.</returns>
    public ValueTask<RateLimitLease> TakeAsync(CancellationToken cancellationToken) => _slots.AcquireAsync(1, cancellationToken);

    public void Dispose() => _slots.Dispose();
}
