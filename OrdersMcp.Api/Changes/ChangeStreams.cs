using System.Text.Json;
using System.Threading.Channels;
using OrdersMcp.Api.Telemetry;

namespace OrdersMcp.Api.Changes;

/// <summary>The open streams of this replica. Each change is serialized once for all of them.</summary>
internal sealed class ChangeStreams(OrdersMetrics metrics)
{
    public const int MaxStreams = 1000;

    private readonly Lock _lock = new();
    private readonly HashSet<ChangeStream> _streams = [];
    private ulong? _horizon;

    /// <summary>
    /// The transaction number before which all changes are published here; null until the listener runs. It only grows, and
    /// means the same on every replica.
    /// </summary>
    public ulong? Horizon
    {
        get
        {
            lock (_lock)
            {
                return _horizon;
            }
        }
    }

    /// <returns>A stream of the changes from now on, or null if there are too many streams.</returns>
    public ChangeStream? Open()
    {
        lock (_lock)
        {
            if (_streams.Count >= MaxStreams)
            {
                return null;
            }

            var stream = new ChangeStream(this);
            _streams.Add(stream);
            metrics.StreamOpened();
            return stream;
        }
    }

    /// <summary>Sends a change to every stream. A stream whose reader is too slow ends; the reader can resume.</summary>
    public void Publish(OrderChange change)
    {
        var data = Serialize(change);
        lock (_lock)
        {
            Push(new PublishedChange(_horizon ?? 0, data));
        }
    }

    /// <summary>Tells every stream which document readers should have.</summary>
    public void Publish(DocumentChange change)
    {
        var data = Serialize(change);
        lock (_lock)
        {
            Push(new PublishedChange(Horizon: null, data));
        }
    }

    public void Advance(ulong horizon)
    {
        lock (_lock)
        {
            _horizon = horizon;
        }
    }

    /// <summary>Ends every stream: readers may have missed changes and must reload.</summary>
    public void Miss()
    {
        lock (_lock)
        {
            foreach (var stream in _streams)
            {
                stream.Miss();
            }
        }
    }

    public static byte[] Serialize(OrderChange change) =>
        JsonSerializer.SerializeToUtf8Bytes(change, ChangesJson.Default.OrderChange);

    public static byte[] Serialize(DocumentChange change) =>
        JsonSerializer.SerializeToUtf8Bytes(change, ChangesJson.Default.DocumentChange);

    internal void Close(ChangeStream stream)
    {
        lock (_lock)
        {
            if (_streams.Remove(stream))
            {
                metrics.StreamClosed();
            }
        }
    }

    private void Push(PublishedChange change)
    {
        foreach (var stream in _streams)
        {
            stream.Push(change);
        }
    }
}

/// <param name="Horizon">
/// Every change of an earlier transaction was published before this one; null for a change of the document.
/// </param>
/// <param name="Data">The change as JSON.</param>
internal sealed record PublishedChange(ulong? Horizon, ReadOnlyMemory<byte> Data);

/// <summary>The unread changes of one reader, limited in number.</summary>
internal sealed class ChangeStream(ChangeStreams streams) : IDisposable
{
    public const int BufferSize = 1024;

    private readonly Channel<PublishedChange> _changes = Channel.CreateBounded<PublishedChange>(
        new BoundedChannelOptions(BufferSize) { SingleReader = true });
    private readonly CancellationTokenSource _tooSlow = new();

    /// <summary>The unread changes. Completes if the reader must reload.</summary>
    public ChannelReader<PublishedChange> Changes => _changes.Reader;

    /// <summary>Cancelled when the reader is too slow.</summary>
    public CancellationToken TooSlow => _tooSlow.Token;

    public void Push(PublishedChange change)
    {
        if (!_changes.Writer.TryWrite(change) && _changes.Writer.TryComplete())
        {
            _tooSlow.Cancel();
        }
    }

    public void Miss() => _changes.Writer.TryComplete();

    public void Dispose()
    {
        streams.Close(this);
        _tooSlow.Dispose();
    }
}
