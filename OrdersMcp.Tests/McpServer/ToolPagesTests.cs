using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Catalog;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Pages of tools as prepared JSON.</summary>
[Trait("Category", "Unit")]
public sealed class ToolPagesTests
{
    private static readonly Tool[] Tools =
        [.. ToolBench.Of(Documents.Things).Tools.Select(tool => tool.Definition).OrderBy(tool => tool.Name, StringComparer.Ordinal)];

    private readonly ToolPages _pages = new();

    [Fact]
    public void Page_is_what_the_sdk_would_write()
    {
        var page = Page(Tools, "next", CacheScope.Public, "complete");

        var first = Written(page);
        var second = Written(page);

        Assert.Equal(JsonSerializer.Serialize(page, McpJsonUtilities.DefaultOptions), first);
        Assert.Equal(first, second);
    }

    [Fact]
    public void Different_pages_are_not_confused()
    {
        ListToolsResult[] pages =
        [
            Page(Tools, next: null, CacheScope.Public, type: null),
            Page(Tools, "next", CacheScope.Public, type: null),
            Page(Tools, next: null, CacheScope.Private, type: null),
            Page(Tools, next: null, CacheScope.Public, "complete"),
            Page(Tools[1..], next: null, CacheScope.Public, type: null),
            Page([], next: null, CacheScope.Public, type: null),
        ];

        Assert.Equal(pages.Length, pages.Select(Written).Distinct(StringComparer.Ordinal).Count());
        Assert.All(pages, page => Assert.Equal(JsonSerializer.Serialize(page, McpJsonUtilities.DefaultOptions), Written(page)));
    }

    [Fact]
    public void Pages_beyond_the_cache_are_correct()
    {
        for (var i = 0; i < 200; i++)
        {
            Assert.Contains($"\"nextCursor\":\"{i}\"", Written(Page(Tools[..1], $"{i}", CacheScope.Public, type: null)), StringComparison.Ordinal);
        }
    }

    private static ListToolsResult Page(Tool[] tools, string? next, CacheScope scope, string? type) =>
        new() { Tools = tools, NextCursor = next, CacheScope = scope, ResultType = type, TimeToLive = TimeSpan.FromSeconds(15) };

    /// <summary>The page within a message, as the transport writes it.</summary>
    private string Written(ListToolsResult page)
    {
        JsonRpcMessage message = new JsonRpcResponse { Id = new RequestId(1), Result = _pages.Of(page) };
        var json = JsonSerializer.Serialize(message, McpJsonUtilities.DefaultOptions);
        return JsonElement.Parse(json).GetProperty("result").GetRawText();
    }
}
