using ModelContextProtocol;
using OrdersMcp.McpServer.Catalog;

namespace OrdersMcp.McpServer.Subscriptions;

/// <summary>Puts resources under the watch of a stream, and listens to their APIs for as long.</summary>
internal sealed class Watcher(ToolCatalog catalog, SubscriptionHub hub, ChangeFeeds feeds, TimeProvider time)
{
    /// <summary>How many resources one stream can watch.</summary>
    public const int MaxResources = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Watches what there is to watch among the URIs.</summary>
    /// <returns>The watched URIs, as the client wrote them.</returns>
    /// <exception cref="McpProtocolException">They are too many.</exception>
    public async ValueTask<IReadOnlyList<string>> WatchAsync(ListenStream stream, ICollection<string> uris, CancellationToken cancellationToken)
    {
        if (uris.Count > MaxResources) // whoever guards the server looks at no longer list
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
                        $"This server watches {SubscriptionHub.MaxWatches} resources and takes no more now. Watch fewer, or try again later.",
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

    /// <summary>Ends all that the stream watches.</summary>
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
    /// Waits until the APIs are listened to, so that no change after the answer is missed. One that does not come is no
    /// reason to wait longer: once it does, all that is watched is said to be changed.
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
