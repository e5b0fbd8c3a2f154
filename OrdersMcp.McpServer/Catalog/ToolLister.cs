using System.Security.Claims;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Security;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>Answers <c>tools/list</c>, a page at a time.</summary>
internal sealed class ToolLister(ToolCatalog catalog, ToolAccess access, IOptions<McpOptions> options)
{
    /// <summary>The page, of the tools that the caller is shown, after the one that gave the cursor, or the first.</summary>
    /// <exception cref="ModelContextProtocol.McpProtocolException">The cursor is not one of this server.</exception>
    public async ValueTask<ListToolsResult> ListAsync(ClaimsPrincipal? caller, string? cursor, CancellationToken cancellationToken)
    {
        var tools = access.Shown(caller, await catalog.GetAsync(cancellationToken));
        var page = ListPage<Tool>.Of(tools, tool => tool.Name, cursor, options.Value.ToolsPerPage, RequestMethods.ToolsList);
        return new ListToolsResult
        {
            Tools = page.Items,
            NextCursor = page.NextCursor,
            TimeToLive = options.Value.RefreshInterval,
            CacheScope = access.DependsOnCaller(caller) ? CacheScope.Private : CacheScope.Public,
        };
    }
}
