using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using OrdersMcp.McpServer.Catalog;
using OrdersMcp.McpServer.Configuration;

namespace OrdersMcp.McpServer.Subscriptions;

/// <summary>Brings what changed to those who listen: by the URI to those who watch it, not past all streams.</summary>
internal sealed class SubscriptionHub : IDisposable
{
    /// <summary>How many resources all streams together can watch.</summary>
    public const int MaxWatches = 200_000;

    private readonly ToolCatalog _catalog;
    private readonly int _maxStreams;
    private readonly Lock _lock = new();
    private readonly HashSet<ListenStream> _streams = [];
    private readonly Dictionary<string, List<ListenStream>> _watching = new(StringComparer.Ordinal);
    private int _watches;
    private int _sessions;

    public SubscriptionHub(ToolCatalog catalog, IOptions<McpOptions> options)
    {
        _catalog = catalog;
        _maxStreams = options.Value.MaxSubscriptionStreams;
        catalog.Changed += OnCatalogChanged;
    }

    /// <summary>How many streams are open.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _streams.Count;
            }
        }
    }

    /// <summary>Takes in a stream, unless there are as many as are allowed.</summary>
    public bool TryAdd(ListenStream stream)
    {
        lock (_lock)
        {
            return _streams.Count - _sessions < _maxStreams && _streams.Add(stream);
        }
    }

    /// <summary>Takes in the stream of a session, of which there is a bound elsewhere.</summary>
    public void Add(ListenStream stream)
    {
        lock (_lock)
        {
            (stream.IsOfSession, stream.IsAcknowledged) = (true, true);
            _sessions += _streams.Add(stream) ? 1 : 0;
        }
    }

    public void Remove(ListenStream stream)
    {
        lock (_lock)
        {
            if (!_streams.Remove(stream))
            {
                return;
            }

            _sessions -= stream.IsOfSession ? 1 : 0;
            foreach (var key in stream.Watches.Keys)
            {
                Forget(stream, key);
            }
        }
    }

    /// <summary>Lets the stream hear of one resource, unless as many are watched as are allowed.</summary>
    public bool TryWatch(ListenStream stream, string key, Watch watch)
    {
        lock (_lock)
        {
            if (stream.Watches.ContainsKey(key) || _watches == MaxWatches)
            {
                return stream.Watches.ContainsKey(key);
            }

            _watches++;
            stream.Watches[key] = watch;
            (CollectionsMarshal.GetValueRefOrAddDefault(_watching, key, out _) ??= []).Add(stream);
            return true;
        }
    }

    /// <summary>The watch that ended, or null where there was none.</summary>
    public Watch? Unwatch(ListenStream stream, string key)
    {
        lock (_lock)
        {
            if (!stream.Watches.Remove(key, out var watch))
            {
                return null;
            }

            Forget(stream, key);
            return watch;
        }
    }

    /// <summary>From now on the stream may have missed something where a connection breaks.</summary>
    public void Acknowledge(ListenStream stream)
    {
        lock (_lock)
        {
            stream.IsAcknowledged = true;
        }
    }

    /// <summary>A resource is another.</summary>
    public void Updated(string key)
    {
        lock (_lock)
        {
            foreach (var stream in _watching.GetValueOrDefault(key) ?? [])
            {
                stream.Notify(stream.Watches[key].Uri);
            }
        }
    }

    /// <summary>Any resource of the API may be another: what it told meanwhile was not heard.</summary>
    public void AnyUpdated(string api)
    {
        lock (_lock)
        {
            foreach (var stream in _streams.Where(stream => stream.IsAcknowledged))
            {
                foreach (var watch in stream.Watches.Values.Where(watch => watch.Api == api))
                {
                    stream.Notify(watch.Uri);
                }
            }
        }
    }

    public void Dispose() => _catalog.Changed -= OnCatalogChanged;

    private void OnCatalogChanged(object? sender, CatalogChanges changes)
    {
        var topics = (changes.Tools ? ListenTopics.Tools : ListenTopics.None)
            | (changes.Prompts ? ListenTopics.Prompts : ListenTopics.None)
            | (changes.Resources ? ListenTopics.Resources : ListenTopics.None);
        lock (_lock)
        {
            foreach (var stream in _streams)
            {
                stream.Notify(topics);
            }
        }

        foreach (var uri in changes.UpdatedResources)
        {
            Updated(uri);
        }
    }

    private void Forget(ListenStream stream, string key)
    {
        _watches--;
        if (_watching.TryGetValue(key, out var streams) && streams.Remove(stream) && streams.Count == 0)
        {
            _watching.Remove(key);
        }
    }
}
