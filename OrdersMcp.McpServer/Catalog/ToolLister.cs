using System.Security.Claims;
using System.Text;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Security;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>Answers <c>tools/list</c>, a page at a time.</summary>
internal sealed class ToolLister(ToolCatalog catalog, ToolAccess access, IOptions<McpOptions> options)
{
    /// <summary>The page, of the tools that the caller is shown, after the one that gave the cursor, or the first.</summary>
    /// <exception cref="McpProtocolException">The cursor is not one of this server.</exception>
    public async ValueTask<ListToolsResult> ListAsync(ClaimsPrincipal? caller, string? cursor, CancellationToken cancellationToken)
    {
        var tools = access.Shown(caller, await catalog.GetAsync(cancellationToken));
        var size = options.Value.ToolsPerPage;

        // A cursor is the name of the last tool before it: it holds across replicas, and across changes of the catalog.
        var start = 0;
        if (cursor is not null)
        {
            var last = Decode(cursor);
            while (start < tools.Count && string.CompareOrdinal(tools[start].Name, last) <= 0)
            {
                start++;
            }
        }

        var end = Math.Min(start + size, tools.Count);
        return new ListToolsResult
        {
            Tools = start == 0 && end == tools.Count ? [.. tools] : [.. tools.Skip(start).Take(size)],
            NextCursor = end < tools.Count ? Convert.ToBase64String(Encoding.UTF8.GetBytes(tools[end - 1].Name)) : null,
            TimeToLive = options.Value.RefreshInterval,
            CacheScope = access.DependsOnCaller(caller) ? CacheScope.Private : CacheScope.Public,
        };
    }

    private static string Decode(string cursor)
    {
        var name = new byte[cursor.Length];
        return Convert.TryFromBase64String(cursor, name, out var length)
            ? Encoding.UTF8.GetString(name, 0, length)
            : throw new McpProtocolException("The cursor is not one that tools/list gave.", McpErrorCode.InvalidParams);
    }
}
