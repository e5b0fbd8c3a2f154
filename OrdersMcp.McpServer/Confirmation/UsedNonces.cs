namespace OrdersMcp.McpServer.Confirmation;

/// <summary>
/// The confirmations that were used, until they expire. It is for operations that have no idempotency key to make a
/// second sending harmless; it knows of this process alone, and of as many as it can hold: the oldest go first.
/// </summary>
internal sealed class UsedNonces(TimeProvider time)
{
    public const int Capacity = 10_000;

    private readonly Lock _using = new();
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly Queue<(string Nonce, DateTimeOffset Expires)> _order = new();

    /// <summary>Whether it is used for the first time.</summary>
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
