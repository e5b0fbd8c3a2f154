using System.Security.Claims;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Protocol;
using OrdersMcp.OpenApiTools.Subscriptions;

namespace OrdersMcp.OpenApiTools.Security;

/// <summary>
/// The access that listening and subscribing need: that of reading each watched resource. The server reports changes of an
/// API without checking who owns the resource, so callers bound to a customer get none.
/// </summary>
internal sealed class SubscriptionAccessSource(ToolCatalog catalog, ICallerRules rules) : IAccessSource
{
    public RequiredAccess? Of(ClaimsPrincipal caller, string method, JsonObject? parameters)
    {
        if (UrisOf(method, parameters) is not { } uris)
        {
            return null;
        }

        var (capabilities, only) = (catalog.Current.Capabilities, caller.OnlyTools());
        var scopes = new SortedSet<string>(StringComparer.Ordinal);
        string? barred = null, never = null;
        foreach (var uri in uris)
        {
            if (capabilities.ResourcesByUri.ContainsKey(uri) || capabilities.WatchOf(uri) is not { } watch)
            {
                continue; // a text of the document, or not watched
            }

            never ??= rules.WhyNotWatch(caller, watch.Api);

            if (capabilities.OperationResources.FirstOrDefault(resource => resource.Uri.Match(uri) is not null) is { Operation: var operation })
            {
                scopes.UnionWith(ToolAccessSource.ScopesOf(operation.Metadata));
                barred ??= ToolAccess.IsInList(only, operation.Definition.Name) ? null : operation.Definition.Name;
            }
            else
            {
                scopes.Add($"{watch.Api}.read");
                barred ??= only.Count == 0 ? null : uri;
            }
        }

        return scopes.Count == 0 ? null : new RequiredAccess([.. scopes], barred, CallClass.Read)
        {
            Never = never,
        };
    }

    private static IEnumerable<string>? UrisOf(string method, JsonObject? parameters) => method switch
    {
        RequestMethods.ResourcesSubscribe => parameters?["uri"].AsText() is { } uri ? [uri] : null,
        RequestMethods.SubscriptionsListen
            when (parameters?["notifications"] as JsonObject)?["resourceSubscriptions"] is JsonArray uris
            // Longer lists are refused as a whole elsewhere, before any entry is read.
            && uris.Count <= Watcher.MaxResources => uris.Select(node => node.AsText()).OfType<string>(),
        _ => null,
    };
}
