using System.Security.Claims;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>Selects the parts of the catalog that a caller sees.</summary>
internal interface ICatalogVisibility
{
    /// <summary>The tools that the caller sees.</summary>
    /// <param name="caller">Null over stdio, where the client belongs to the user.</param>
    /// <param name="snapshot">All tools.</param>
    ValueTask<IReadOnlyList<Tool>> ShownAsync(ClaimsPrincipal? caller, CatalogSnapshot snapshot);

    /// <summary>The resource templates that the caller sees.</summary>
    ValueTask<IReadOnlyList<ResourceTemplate>> ShownAsync(ClaimsPrincipal? caller, CatalogCapabilities capabilities);

    /// <summary>Whether other callers may see other lists.</summary>
    bool DependsOnCaller(ClaimsPrincipal? caller);

    /// <summary>The owner of the caller's lists; null if all callers share them.</summary>
    string? OwnerOf(ClaimsPrincipal? caller);
}
