using Microsoft.Extensions.Options;
using OpenTelemetry;
using OrdersMcp.McpServer.Catalog;
using OrdersMcp.McpServer.Configuration;

namespace OrdersMcp.McpServer.Subscriptions;

/// <summary>The streams of changes of the APIs: one connection each, while somebody watches a resource of theirs.</summary>
internal sealed class ChangeFeeds(
    IOptions<McpOptions> options, ToolCatalog catalog, SubscriptionHub hub, TimeProvider time, ILogger<ChangeFeed> logger) : BackgroundService
{
    private readonly Dictionary<string, ChangeFeed> _feeds = options.Value.Apis.ToDictionary(
        api => api.Name, api => new ChangeFeed(api.Name, catalog, hub, time, logger), StringComparer.Ordinal);

    public void Acquire(string api) => _feeds[api].Acquire();

    public void Release(string api) => _feeds[api].Release();

    /// <summary>Ends once the API is listened to.</summary>
    public Task ConnectedAsync(string api) => _feeds[api].Connected;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A connection that stays open is no caller's doing: as a trace it would never end.
        using var untraced = SuppressInstrumentationScope.Begin();
        await Task.WhenAll(_feeds.Values.Select(feed => feed.RunAsync(stoppingToken)));
    }
}
