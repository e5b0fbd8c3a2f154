using System.Text.Json;
using System.Threading.Channels;
using OrdersMcp.Api.Telemetry;

namespace OrdersMcp.Api.Changes;

/// <summary>The open streams of this replica: each change is written once and handed to all of them.</summary>
internal sealed class ChangeStreams(OrdersMetrics metrics)
{
    public const int MaxStreams = 1000;

    private readonly Lock _lock = new();
    private readonly HashSet<ChangeStream> _streams = [];
    private ulong? _horizon;

    /// <summary>
    /// The number of a transaction before which every change has been published here; null until the database is
    /// listened to. It only grows, and means the same on every replica.
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

    /// <returns>A stream of what is published from now on, or null when there are too many.</returns>
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

    /// <summary>Hands a change to every stream. One whose reader is too slow ends: it can ask again from where it was.</summary>
    public void Publish(OrderChange change)
    {
        var data = Serialize(change);
        lock (_lock)
        {
            var published = new PublishedChange(_horizon ?? 0, data);
            foreach (var stream in _streams)
            {
                stream.Push(published);
            }
        }
    }

    public void Advance(ulong horizon)
    {
        lock (_lock)
        {
            _horizon = horizon;
        }
    }

    /// <summary>Ends every stream: its reader may have missed changes, and must read anew what it follows.</summary>
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
}

/// <param name="Horizon">Every change of an earlier transaction was published before this one.</param>
/// <param name="Data">The change as JSON.</param>
internal sealed record PublishedChange(ulong Horizon, ReadOnlyMemory<byte> Data);

/// <summary>What one reader has not read yet, a bounded number of changes.</summary>
internal sealed class ChangeStream(ChangeStreams streams) : IDisposable
{
    public const int BufferSize = 1024;

    private readonly Channel<PublishedChange> _changes = Channel.CreateBounded<PublishedChange>(
        new BoundedChannelOptions(BufferSize) { SingleReader = true });
    private readonly CancellationTokenSource _tooSlow = new();

    /// <summary>What is to be read; it ends when the reader must read anew what it follows.</summary>
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
