using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;

namespace OrdersMcp.OpenApiTools.Subscriptions;

/// <summary>
/// The change streams of the APIs: one connection to each API while a client watches one of its resources, or always if the
/// API also announces its document there.
/// </summary>
internal sealed class ChangeFeeds(
    IOptions<OpenApiToolsOptions> options, ToolCatalog catalog, CatalogRefresher refresher, SubscriptionHub hub, TimeProvider time,
    ILogger<ChangeFeed> logger) : BackgroundService
{
    private readonly Lock _following = new();

    private readonly Dictionary<string, ChangeFeed> _feeds = options.Value.Apis.ToDictionary(
        api => api.Name,
        api => new ChangeFeed(api.Name, catalog, hub, time, logger) { OnDocument = tag => refresher.Announce(api.Name, tag) },
        StringComparer.Ordinal);

    public void Acquire(string api) => _feeds[api].Acquire();

    public void Release(string api) => _feeds[api].Release();

    /// <summary>Completes when the connection to the API is open.</summary>
    public Task ConnectedAsync(string api) => _feeds[api].Connected;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        catalog.Changed += FollowDocuments;
        FollowDocuments(catalog, changes: null);
        await Task.WhenAll(_feeds.Values.Select(feed => feed.RunAsync(stoppingToken)));
        catalog.Changed -= FollowDocuments;
    }

    private void FollowDocuments(object? sender, CatalogChanges? changes)
    {
        lock (_following) // two documents may change at the same time
        {
            // The document of this app itself comes from its own endpoints.
            foreach (var api in options.Value.Apis.Where(api => !api.InProcess))
            {
                _feeds[api.Name].FollowDocument(catalog.Current.Capabilities.ChangesOf(api.Name) is { OfDocument: true });
            }
        }
    }
}
