using System.Security.Claims;
using OrdersMcp.OpenApiTools.App;
using OrdersMcp.OpenApiTools.Operations;

namespace OrdersMcp.OpenApiTools.Security;

/// <summary>The host's rules for callers: what each may do, and how the host refuses a request.</summary>
internal interface ICallerRules
{
    /// <summary>Whether the caller has all these scopes.</summary>
    bool Has(ClaimsPrincipal caller, IReadOnlyList<string> scopes);

    /// <summary>Whether a list shows the tool to the caller.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="tool">The tool.</param>
    /// <param name="decided">What is decided already for the same list.</param>
    ValueTask<bool> ShowsAsync(ClaimsPrincipal caller, OperationTool tool, ListDecisions decided);

    /// <summary>Whether other callers may see other lists than this caller.</summary>
    bool DependsOn(ClaimsPrincipal caller);

    /// <summary>The reason why the caller cannot watch resources of an API; null if it can.</summary>
    string? WhyNotWatch(ClaimsPrincipal caller, string api);

    /// <summary>Answers a request that the caller may not make, with status 403.</summary>
    /// <param name="context">The request.</param>
    /// <param name="reason">The reason; null if the scopes are missing.</param>
    /// <param name="scopes">The scopes that the request needs.</param>
    Task RefuseAsync(HttpContext context, string? reason, IReadOnlyList<string> scopes);
}
