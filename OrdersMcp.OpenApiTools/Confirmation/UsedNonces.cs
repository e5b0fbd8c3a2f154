namespace OrdersMcp.OpenApiTools.Confirmation;

/// <summary>
/// The confirmations that this process used, until they expire. The list has a limited size: the oldest entries are dropped
/// first.
/// </summary>
internal sealed class UsedNonces(TimeProvider time) : IUsedNonces
{
    public const int Capacity = 10_000;

    private readonly Lock _using = new();
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly Queue<(string Nonce, DateTimeOffset Expires)> _order = new();

    public ValueTask<NonceUse> UseAsync(string nonce, DateTimeOffset expires) =>
        ValueTask.FromResult(TryUse(nonce, expires) ? NonceUse.First : NonceUse.Again);

    /// <summary>Marks a nonce as used, and returns false if it already was.</summary>
    public bool TryUse(string nonce, DateTimeOffset expires)
    {
        lock (_using)
        {
            while (_order.TryPeek(out var oldest) && (oldest.Expires <= time.GetUtcNow() || _order.Count >= Capacity))
            {
                _used.Remove(_order.Dequeue().Nonce);
            }

            if (!_used.Add(nonce))
            {
                return false;
            }

            _order.Enqueue((nonce, expires));
            return true;
        }
    }
}
