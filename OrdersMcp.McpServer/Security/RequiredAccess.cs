using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Catalog;
using OrdersMcp.McpServer.Operations;
using OrdersMcp.McpServer.Tools.Search;

namespace OrdersMcp.McpServer.Security;

/// <summary>What a request needs before anything is done for it.</summary>
/// <param name="Scopes">All of these scopes.</param>
/// <param name="Tool">The name that a list of tools must have, where the caller has such a list; null where the request calls no tool.</param>
/// <param name="Class">Which limit it counts against.</param>
internal sealed record RequiredAccess(IReadOnlyList<string> Scopes, string? Tool, CallClass Class)
{
    /// <summary>Why the caller may not have this, whatever its scopes; null where they decide.</summary>
    public string? Never { get; init; }
}

/// <summary>How much a call takes of the system.</summary>
internal enum CallClass
{
    Read,
    Write,
    Expensive,
}

/// <summary>Says what requests of some methods need. Every source is asked, and answers null for other methods.</summary>
internal interface IAccessSource
{
    RequiredAccess? Of(ClaimsPrincipal caller, string method, JsonObject? parameters);
}

/// <summary>What calls of tools need: the scopes that the document declares, else the API's by the operation's method.</summary>
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

    /// <summary>The scopes of an operation; <c>{api}.read</c> or <c>{api}.write</c> where its document declares none.</summary>
    public static IReadOnlyList<string> ScopesOf(ToolMetadata tool) =>
        tool.Scopes.Count > 0 ? tool.Scopes : [$"{tool.Api}.{(tool.IsSafe ? "read" : "write")}"];
}
