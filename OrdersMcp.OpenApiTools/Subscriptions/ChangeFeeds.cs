using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;

namespace OrdersMcp.OpenApiTools.Subscriptions;

/// <summary>The change streams of the APIs: one connection to each API while a client watches one of its resources.</summary>
internal sealed class ChangeFeeds(
    IOptions<OpenApiToolsOptions> options, ToolCatalog catalog, SubscriptionHub hub, TimeProvider time, ILogger<ChangeFeed> logger) : BackgroundService
{
    private readonly Dictionary<string, ChangeFeed> _feeds = options.Value.Apis.ToDictionary(
        api => api.Name, api => new ChangeFeed(api.Name, catalog, hub, time, logger), StringComparer.Ordinal);

    public void Acquire(string api) => _feeds[api].Acquire();

    public void Release(string api) => _feeds[api].Release();

    /// <summary>Completes when the connection to the API is open.</summary>
    public Task ConnectedAsync(string api) => _feeds[api].Connected;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_feeds.Values.Select(feed => feed.RunAsync(stoppingToken)));
}
