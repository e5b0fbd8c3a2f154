namespace OrdersMcp.McpServer.Subscriptions;

/// <summary>
/// One client that listens: what it wants to hear of, and what it has not been told yet. What happens twice before it is
/// told is told once, so that a slow client costs no more memory than what it asked for.
/// </summary>
internal sealed class ListenStream(ListenTopics topics) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private HashSet<string>? _updated;
    private ListenTopics _changed;

    /// <summary>The lists that it listens to.</summary>
    public ListenTopics Topics => topics;

    /// <summary>What it watches, by the one way to write the URI.</summary>
    public Dictionary<string, Watch> Watches { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it is of a session, and no request of its own.</summary>
    public bool IsOfSession { get; set; }

    /// <summary>Whether the client was told what it listens to. Before that, nothing can have been missed.</summary>
    public bool IsAcknowledged { get; set; }

    public void Notify(ListenTopics changed)
    {
        if ((changed & topics) == ListenTopics.None)
        {
            return;
        }

        lock (_lock)
        {
            _changed |= changed & topics;
            Signal();
        }
    }

    public void Notify(string uri)
    {
        lock (_lock)
        {
            (_updated ??= new(StringComparer.Ordinal)).Add(uri);
            Signal();
        }
    }

    /// <summary>Waits for changes that the client was not told of, and takes them.</summary>
    public async ValueTask<(ListenTopics Changed, IReadOnlyCollection<string> Updated)> TakeAsync(CancellationToken cancellationToken)
    {
        await _signal.WaitAsync(cancellationToken);
        lock (_lock)
        {
            var taken = (_changed, (IReadOnlyCollection<string>?)_updated ?? []);
            (_changed, _updated) = (ListenTopics.None, null);
            return taken;
        }
    }

    public void Dispose() => _signal.Dispose();

    private void Signal()
    {
        if (_signal.CurrentCount == 0)
        {
            _signal.Release();
        }
    }
}

/// <summary>A resource that a client watches.</summary>
/// <param name="Uri">As the client wrote it.</param>
/// <param name="Api">The API that tells of its changes; null where it is of a document.</param>
internal sealed record Watch(string Uri, string? Api);

/// <summary>The lists whose changes a client can hear of.</summary>
[Flags]
internal enum ListenTopics
{
    None = 0,
    Tools = 1,
    Prompts = 2,
    Resources = 4,
}
