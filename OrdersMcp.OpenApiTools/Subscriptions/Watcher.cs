using ModelContextProtocol;
using OrdersMcp.OpenApiTools.Catalog;

namespace OrdersMcp.OpenApiTools.Subscriptions;

/// <summary>Watches resources for a stream, and keeps the streams of their APIs open meanwhile.</summary>
internal sealed class Watcher(ToolCatalog catalog, SubscriptionHub hub, ChangeFeeds feeds, TimeProvider time)
{
    /// <summary>The maximum number of watched resources of one stream.</summary>
    public const int MaxResources = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Watches those of the URIs that report changes.</summary>
    /// <returns>The watched URIs, as the client wrote them.</returns>
    /// <exception cref="McpProtocolException">There are too many.</exception>
    public async ValueTask<IReadOnlyList<string>> WatchAsync(ListenStream stream, ICollection<string> uris, CancellationToken cancellationToken)
    {
        if (uris.Count > MaxResources) // SubscriptionAccessSource does not check longer lists
        {
            throw TooMany();
        }

        var capabilities = (await catalog.GetAsync(cancellationToken)).Capabilities;
        var watched = new List<string>();
        var apis = new HashSet<string>(StringComparer.Ordinal);
        foreach (var uri in uris.Where(uri => uri is not null))
        {
            var (key, api) = capabilities.ResourcesByUri.ContainsKey(uri) ? (uri, null)
                : capabilities.WatchOf(uri) is { } watch ? (watch.Key, watch.Api)
                : default((string, string?));
            if (key is null)
            {
                continue;
            }

            if (!stream.Watches.ContainsKey(key))
            {
                if (stream.Watches.Count == MaxResources)
                {
                    throw TooMany();
                }

                if (!hub.TryWatch(stream, key, new Watch(uri, api)))
                {
                    throw new McpProtocolException(
                        $"This server watches {SubscriptionHub.MaxWatches} resources and accepts no more now. Watch fewer, or try again later.",
                        McpErrorCode.InternalError);
                }

                if (api is not null)
                {
                    feeds.Acquire(api);
                    apis.Add(api);
                }
            }

            watched.Add(uri);
        }

        await ConnectedAsync(apis, cancellationToken);
        return watched;
    }

    /// <summary>Ends the watch of one resource.</summary>
    public void Unwatch(ListenStream stream, string uri)
    {
        var key = catalog.Current.Capabilities.WatchOf(uri)?.Key ?? uri;
        if (hub.Unwatch(stream, key) is { Api: { } api })
        {
            feeds.Release(api);
        }
    }

    /// <summary>Ends all watches of the stream.</summary>
    public void Leave(ListenStream stream)
    {
        hub.Remove(stream);
        foreach (var watch in stream.Watches.Values)
        {
            if (watch.Api is { } api)
            {
                feeds.Release(api);
            }
        }
    }

    private static McpProtocolException TooMany() =>
        new($"One stream watches at most {MaxResources} resources. Open another stream for the others.", McpErrorCode.InvalidParams);

    /// <summary>
    /// Waits for the connections to the APIs, so that no change after the answer is missed. If an API is unavailable, it
    /// stops waiting: once connected, all watched resources of that API count as changed.
    /// </summary>
    private async ValueTask ConnectedAsync(HashSet<string> apis, CancellationToken cancellationToken)
    {
        foreach (var api in apis)
        {
            try
            {
                await feeds.ConnectedAsync(api).WaitAsync(Patience, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return;
            }
        }
    }
}
