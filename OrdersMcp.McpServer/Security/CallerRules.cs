using System.Security.Claims;
using OrdersMcp.OpenApiTools.App;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Security;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.McpServer.Security;

/// <summary>The rules of this server: callers have scopes, and some are bound to a customer.</summary>
internal sealed class CallerRules(CallerAccess callers) : ICallerRules
{
    public bool Has(ClaimsPrincipal caller, IReadOnlyList<string> scopes) => callers.Has(caller, scopes);

    public ValueTask<bool> ShowsAsync(ClaimsPrincipal caller, OperationTool tool, ListDecisions decided) =>
        ValueTask.FromResult(callers.Has(caller, ToolAccessSource.ScopesOf(tool.Metadata)));

    public bool DependsOn(ClaimsPrincipal caller) => !caller.IsAnonymous();

    /// <summary>This server reports changes without checking who owns a resource.</summary>
    public string? WhyNotWatch(ClaimsPrincipal caller, string api) => caller.CustomerId() is null
        ? null
        : "A caller that is bound to a customer cannot watch resources. Read them instead when they are needed.";

    public Task RefuseAsync(HttpContext context, string? reason, IReadOnlyList<string> scopes) => context.RefuseAsync(
        reason is null ? AccessDenial.InsufficientScope(scopes) : new AccessDenial(StatusCodes.Status403Forbidden, Error: null, reason, []));
}
