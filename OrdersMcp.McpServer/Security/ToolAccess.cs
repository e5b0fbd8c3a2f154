using System.Security.Claims;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Catalog;
using OrdersMcp.McpServer.Configuration;
using OrdersMcp.McpServer.Operations;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.McpServer.Security;

/// <summary>Decides which tools a caller may use, and which ones the lists show.</summary>
internal sealed class ToolAccess(CallerAccess callers, IOptions<McpOptions> options) : ICatalogVisibility
{
    /// <summary>The tools that the caller may use, or all tools where the settings say so.</summary>
    /// <param name="caller">Null over stdio, where the client is the user's own.</param>
    /// <param name="snapshot">All tools.</param>
    public IReadOnlyList<Tool> Shown(ClaimsPrincipal? caller, CatalogSnapshot snapshot)
    {
        if (DependsOnCaller(caller))
        {
            var only = caller!.OnlyTools();
            return [.. snapshot.Definitions.Where(tool => May(caller!, only, snapshot.ToolsByName[tool.Name]))];
        }

        return snapshot.Definitions;
    }

    /// <summary>The templates of the resources that the caller may read; or all, as with tools.</summary>
    public IReadOnlyList<ResourceTemplate> Shown(ClaimsPrincipal? caller, CatalogCapabilities capabilities)
    {
        if (DependsOnCaller(caller))
        {
            var only = caller!.OnlyTools();
            return [.. capabilities.OperationResources.Where(resource => May(caller!, only, resource.Operation))
                .Select(resource => resource.Definition).OrderBy(template => template.UriTemplate, StringComparer.Ordinal)];
        }

        return capabilities.Templates;
    }

    /// <summary>Whether another caller may be shown other tools.</summary>
    public bool DependsOnCaller(ClaimsPrincipal? caller) => caller is not null && !caller.IsAnonymous() && !options.Value.ListAllTools;

    /// <summary>Whose own the caller's lists are; null where everybody has the same.</summary>
    public string? OwnerOf(ClaimsPrincipal? caller) => DependsOnCaller(caller) ? caller.CallerName() : null;

    private bool May(ClaimsPrincipal caller, IReadOnlyList<string> only, OperationTool tool) =>
        IsInList(only, tool.Definition.Name) && callers.Has(caller, ToolAccessSource.ScopesOf(tool.Metadata));

    public static bool IsInList(IReadOnlyList<string> only, string tool) => only.Count == 0 || only.Contains(tool, StringComparer.Ordinal);
}
