using System.Security.Claims;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>What of the catalog a caller is shown.</summary>
internal interface ICatalogVisibility
{
    /// <summary>The tools that the caller is shown.</summary>
    /// <param name="caller">Null over stdio, where the client is the user's own.</param>
    /// <param name="snapshot">All tools.</param>
    IReadOnlyList<Tool> Shown(ClaimsPrincipal? caller, CatalogSnapshot snapshot);

    /// <summary>The resource templates that the caller is shown.</summary>
    IReadOnlyList<ResourceTemplate> Shown(ClaimsPrincipal? caller, CatalogCapabilities capabilities);

    /// <summary>Whether another caller may be shown something else.</summary>
    bool DependsOnCaller(ClaimsPrincipal? caller);

    /// <summary>Whose own the caller's lists are; null where everybody has the same.</summary>
    string? OwnerOf(ClaimsPrincipal? caller);
}
