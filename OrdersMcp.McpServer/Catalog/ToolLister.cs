using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>Answers <c>tools/list</c>, a page at a time.</summary>
internal sealed class ToolLister(ToolCatalog catalog, IOptions<McpOptions> options)
{
    /// <summary>The page after the one that gave the cursor, or the first.</summary>
    /// <exception cref="ModelContextProtocol.McpProtocolException">The cursor is not one of this server.</exception>
    public async ValueTask<ListToolsResult> ListAsync(string? cursor, CancellationToken cancellationToken)
    {
        var tools = (await catalog.GetAsync(cancellationToken)).Definitions;
        var page = ListPage<Tool>.Of(tools, tool => tool.Name, cursor, options.Value.ToolsPerPage, RequestMethods.ToolsList);
        return new ListToolsResult
        {
            Tools = page.Items,
            NextCursor = page.NextCursor,
            TimeToLive = options.Value.RefreshInterval,
            CacheScope = CacheScope.Public, // everyone sees the same tools
        };
    }
}
