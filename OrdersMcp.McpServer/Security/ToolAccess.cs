using System.Security.Claims;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Catalog;
using OrdersMcp.McpServer.Configuration;
using OrdersMcp.McpServer.Operations;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.McpServer.Security;

/// <summary>Decides which tools a caller may use, and which tools the lists show.</summary>
internal sealed class ToolAccess(CallerAccess callers, IOptions<McpOptions> options) : ICatalogVisibility
{
    /// <summary>The tools that the caller may use, or all tools if the settings say so.</summary>
    /// <param name="caller">Null over stdio, where the client belongs to the user.</param>
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

    /// <summary>The templates of the resources that the caller may read; or all, as for tools.</summary>
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

    /// <summary>Whether the list of tools can differ between callers.</summary>
    public bool DependsOnCaller(ClaimsPrincipal? caller) => caller is not null && !caller.IsAnonymous() && !options.Value.ListAllTools;

    /// <summary>The owner of the caller's lists; null if all callers share them.</summary>
    public string? OwnerOf(ClaimsPrincipal? caller) => DependsOnCaller(caller) ? caller.CallerName() : null;

    private bool May(ClaimsPrincipal caller, IReadOnlyList<string> only, OperationTool tool) =>
        IsInList(only, tool.Definition.Name) && callers.Has(caller, ToolAccessSource.ScopesOf(tool.Metadata));

    public static bool IsInList(IReadOnlyList<string> only, string tool) => only.Count == 0 || only.Contains(tool, StringComparer.Ordinal);
}
