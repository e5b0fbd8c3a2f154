using System.Security.Claims;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.App;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Security;

/// <summary>Decides which tools and resources the lists show to a caller.</summary>
internal sealed class ToolAccess(ICallerRules rules, IOptions<OpenApiToolsOptions> options) : ICatalogVisibility
{
    /// <summary>The tools that the caller may use, or all tools if the settings say so.</summary>
    /// <param name="caller">Null over stdio, where the client belongs to the user.</param>
    /// <param name="snapshot">All tools.</param>
    public async ValueTask<IReadOnlyList<Tool>> ShownAsync(ClaimsPrincipal? caller, CatalogSnapshot snapshot)
    {
        if (!DependsOnCaller(caller))
        {
            return snapshot.Definitions;
        }

        var (only, decided) = (caller!.OnlyTools(), new ListDecisions());
        var shown = new List<Tool>(snapshot.Definitions.Count);
        foreach (var tool in snapshot.Definitions)
        {
            if (await ShowsAsync(caller!, only, snapshot.ToolsByName[tool.Name], decided))
            {
                shown.Add(tool);
            }
        }

        return shown;
    }

    /// <summary>The templates of the resources that the caller may read; or all, as for tools.</summary>
    public async ValueTask<IReadOnlyList<ResourceTemplate>> ShownAsync(ClaimsPrincipal? caller, CatalogCapabilities capabilities)
    {
        if (!DependsOnCaller(caller))
        {
            return capabilities.Templates;
        }

        var (only, decided) = (caller!.OnlyTools(), new ListDecisions());
        var shown = new List<ResourceTemplate>();
        foreach (var resource in capabilities.OperationResources)
        {
            if (await ShowsAsync(caller!, only, resource.Operation, decided))
            {
                shown.Add(resource.Definition);
            }
        }

        return [.. shown.OrderBy(template => template.UriTemplate, StringComparer.Ordinal)];
    }

    /// <summary>Whether the list of tools can differ between callers.</summary>
    public bool DependsOnCaller(ClaimsPrincipal? caller) => caller is not null && !options.Value.ListAllTools && rules.DependsOn(caller);

    /// <summary>The owner of the caller's lists; null if all callers share them.</summary>
    public string? OwnerOf(ClaimsPrincipal? caller) => DependsOnCaller(caller) ? caller.CallerName() : null;

    /// <summary>Whether a caller with a list of tools may use this one.</summary>
    public static bool IsInList(IReadOnlyList<string> only, string tool) => only.Count == 0 || only.Contains(tool, StringComparer.Ordinal);

    private ValueTask<bool> ShowsAsync(ClaimsPrincipal caller, IReadOnlyList<string> only, OperationTool tool, ListDecisions decided) =>
        IsInList(only, tool.Definition.Name) ? rules.ShowsAsync(caller, tool, decided) : ValueTask.FromResult(false);
}
