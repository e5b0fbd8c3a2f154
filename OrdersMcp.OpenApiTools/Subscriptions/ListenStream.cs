namespace OrdersMcp.OpenApiTools.Subscriptions;

/// <summary>
/// The subscriptions and pending changes of one listening client. Repeated changes before a notification count once, so a
/// slow client costs no more memory than its subscriptions.
/// </summary>
internal sealed class ListenStream(ListenTopics topics) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private HashSet<string>? _updated;
    private ListenTopics _changed;

    /// <summary>The lists that the client listens to.</summary>
    public ListenTopics Topics => topics;

    /// <summary>The watched resources by normalized URI.</summary>
    public Dictionary<string, Watch> Watches { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the stream belongs to a session and not to a request.</summary>
    public bool IsOfSession { get; set; }

    /// <summary>Whether the client got the acknowledgement. Before that, it cannot have missed a change.</summary>
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

    /// <summary>Waits for pending changes, and takes them.</summary>
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
/// <param name="Uri">The URI as the client wrote it.</param>
/// <param name="Api">The API that reports its changes; null for a resource of a document.</param>
internal sealed record Watch(string Uri, string? Api);

/// <summary>The lists whose changes a client can subscribe to.</summary>
[Flags]
internal enum ListenTopics
{
    None = 0,
    Tools = 1,
    Prompts = 2,
    Resources = 4,
}
