using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;

namespace OrdersMcp.OpenApiTools.Subscriptions;

/// <summary>Delivers changes to listening streams. It finds watchers by URI, without visiting all streams.</summary>
internal sealed class SubscriptionHub : IDisposable
{
    /// <summary>The maximum number of watched resources of all streams together.</summary>
    public const int MaxWatches = 200_000;

    private readonly ToolCatalog _catalog;
    private readonly int _maxStreams;
    private readonly Lock _lock = new();
    private readonly HashSet<ListenStream> _streams = [];
    private readonly Dictionary<string, List<ListenStream>> _watching = new(StringComparer.Ordinal);
    private int _watches;
    private int _sessions;

    public SubscriptionHub(ToolCatalog catalog, IOptions<OpenApiToolsOptions> options)
    {
        _catalog = catalog;
        _maxStreams = options.Value.MaxSubscriptionStreams;
        catalog.Changed += OnCatalogChanged;
    }

    /// <summary>The number of open streams.</summary>
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

    /// <summary>Adds a stream, unless the maximum is reached.</summary>
    public bool TryAdd(ListenStream stream)
    {
        lock (_lock)
        {
            return _streams.Count - _sessions < _maxStreams && _streams.Add(stream);
        }
    }

    /// <summary>Adds the stream of a session. Another limit bounds the number of sessions.</summary>
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

    /// <summary>Adds a resource to a stream, unless the maximum is reached.</summary>
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

    /// <summary>Returns the watch that ended, or null if there was none.</summary>
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

    /// <summary>From now on the stream can miss changes while a connection is broken.</summary>
    public void Acknowledge(ListenStream stream)
    {
        lock (_lock)
        {
            stream.IsAcknowledged = true;
        }
    }

    /// <summary>A resource has changed.</summary>
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

    /// <summary>Any resource of the API may have changed: its events were missed for a while.</summary>
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
