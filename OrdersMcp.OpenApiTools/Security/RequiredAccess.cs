using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Tools.Search;

namespace OrdersMcp.OpenApiTools.Security;

/// <summary>The access that a request needs.</summary>
/// <param name="Scopes">The scopes, all of them required.</param>
/// <param name="Tool">The tool that a caller's list of tools must contain, if there is a list; null for no tool.</param>
/// <param name="Class">The class of limit that it counts against.</param>
internal sealed record RequiredAccess(IReadOnlyList<string> Scopes, string? Tool, CallClass Class)
{
    /// <summary>The reason why the caller is refused regardless of its scopes; null if the scopes decide.</summary>
    public string? Never { get; init; }
}

/// <summary>The cost of a call to the system.</summary>
internal enum CallClass
{
    Read,
    Write,
    Expensive,
}

/// <summary>
/// Determines the access that requests of some methods need. All sources are asked in turn; they return null for other
/// methods.
/// </summary>
internal interface IAccessSource
{
    RequiredAccess? Of(ClaimsPrincipal caller, string method, JsonObject? parameters);
}

/// <summary>The access that tool calls need: the document's scopes, or otherwise the API's for the method.</summary>
internal sealed class ToolAccessSource(ToolCatalog catalog, OwnTools own, IOptions<LimitOptions> limits) : IAccessSource
{
    private readonly HashSet<string> _expensive = new(limits.Value.ExpensiveTools, StringComparer.Ordinal);

    public RequiredAccess? Of(ClaimsPrincipal caller, string method, JsonObject? parameters) =>
        method == RequestMethods.ToolsCall && own.NameIn(parameters) is { } name
            && catalog.FindOperation(name) is { } tool
            ? Of(tool)
            : null;

    public RequiredAccess Of(OperationTool tool)
    {
        var name = tool.Definition.Name;
        return new RequiredAccess(
            ScopesOf(tool.Metadata), name, _expensive.Contains(name) ? CallClass.Expensive : tool.Metadata.IsSafe ? CallClass.Read : CallClass.Write);
    }

    /// <summary>The scopes of an operation; <c>{api}.read</c> or <c>{api}.write</c> if its document declares none.</summary>
    public static IReadOnlyList<string> ScopesOf(ToolMetadata tool) =>
        tool.Scopes.Count > 0 ? tool.Scopes : [$"{tool.Api}.{(tool.IsSafe ? "read" : "write")}"];
}
