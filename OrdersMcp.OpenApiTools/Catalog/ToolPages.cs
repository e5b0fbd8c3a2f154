using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>
/// Pages of <c>tools/list</c> as JSON, written once for each state of the catalog: schemas are the largest part, and
/// clients request the list repeatedly.
/// </summary>
internal sealed class ToolPages
{
    /// <summary>Above what callers see in practice. Further pages are written for each request.</summary>
    private const int MostKept = 64;

    private static readonly JsonTypeInfo<ListToolsResult> ResultType =
        (JsonTypeInfo<ListToolsResult>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ListToolsResult));

    private readonly ConcurrentDictionary<string, JsonElement> _pages = new(StringComparer.Ordinal);

    /// <summary>The result of a page, backed by the cached JSON.</summary>
    public JsonNode Of(ListToolsResult page)
    {
        if (page is not { CacheScope: CacheScope.Private, NextCursor: { } own })
        {
            return Kept(page);
        }

        // The cursor belongs to its caller; the rest of the page is shared.
        var result = Kept(new ListToolsResult
        {
            Tools = page.Tools,
            TimeToLive = page.TimeToLive,
            CacheScope = page.CacheScope,
            ResultType = page.ResultType,
        });
        result["nextCursor"] = own;
        return result;
    }

    private JsonObject Kept(ListToolsResult page)
    {
        // Within one state of the catalog a tool's name identifies its definition.
        var key = $"{page.ResultType}\n{page.CacheScope}\n{page.NextCursor}\n{string.Join('\n', page.Tools.Select(tool => tool.Name))}";
        if (!_pages.TryGetValue(key, out var written))
        {
            written = JsonSerializer.SerializeToElement(page, ResultType);
            if (_pages.Count < MostKept)
            {
                _pages.TryAdd(key, written);
            }
        }

        return JsonObject.Create(written)!;
    }
}
