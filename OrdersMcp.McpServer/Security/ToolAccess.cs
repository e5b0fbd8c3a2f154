using System.Security.Claims;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Catalog;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.McpServer.Security;

/// <summary>Which tools a caller may use, and which it is shown.</summary>
internal sealed class ToolAccess(ToolAccessSource tools, CallerAccess callers, IOptions<McpOptions> options)
{
    /// <summary>The tools that the caller is shown: those that it may use, or all where the settings say so.</summary>
    /// <param name="caller">Null over stdio, where the client is the user's own.</param>
    /// <param name="snapshot">All tools.</param>
    public IReadOnlyList<Tool> Shown(ClaimsPrincipal? caller, CatalogSnapshot snapshot)
    {
        if (DependsOnCaller(caller))
        {
            var only = caller!.OnlyTools();
            return [.. snapshot.Definitions.Where(tool => IsInList(only, tool.Name)
                && callers.Has(caller!, tools.Of(snapshot.ToolsByName[tool.Name]).Scopes))];
        }

        return snapshot.Definitions;
    }

    /// <summary>Whether another caller may be shown other tools.</summary>
    public bool DependsOnCaller(ClaimsPrincipal? caller) => caller is not null && !caller.IsAnonymous() && !options.Value.ListAllTools;

    public static bool IsInList(IReadOnlyList<string> only, string tool) => only.Count == 0 || only.Contains(tool, StringComparer.Ordinal);
}
