using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>
/// Pages of <c>tools/list</c> as JSON, made once for each state of the catalog: schemas are most of
/// them, and clients ask for the list again and again.
/// </summary>
internal sealed class ToolPages
{
    /// <summary>More different sets of tools than callers see in practice; further ones are made for each request.</summary>
    private const int MostKept = 64;

    private static readonly JsonTypeInfo<ListToolsResult> ResultType =
        (JsonTypeInfo<ListToolsResult>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ListToolsResult));

    private readonly ConcurrentDictionary<string, JsonElement> _pages = new(StringComparer.Ordinal);

    /// <summary>The result of a page; its parts are read from what is kept, and written as they stand there.</summary>
    public JsonNode Of(ListToolsResult page)
    {
        if (page is not { CacheScope: CacheScope.Private, NextCursor: { } own })
        {
            return Kept(page);
        }

        // The cursor is its caller's own; the rest of the page others have too.
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
        // Within one state of the catalog a tool's name says all of it.
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
