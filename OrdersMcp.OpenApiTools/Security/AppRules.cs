using System.Security.Claims;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.App;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Http;
using OrdersMcp.OpenApiTools.Operations;

namespace OrdersMcp.OpenApiTools.Security;

/// <summary>
/// The rules of an app that has the tools in its own process. Its endpoints decide about each call, so that nothing is decided
/// twice; lists show the tools whose endpoints would accept the caller.
/// </summary>
internal sealed class AppRules(AppEndpoints endpoints, IOptions<OpenApiToolsOptions> options) : ICallerRules
{
    private readonly HashSet<string> _inProcess =
        [.. options.Value.Apis.Where(api => api.InProcess).Select(api => api.Name)];

    public bool Has(ClaimsPrincipal caller, IReadOnlyList<string> scopes) => true;

    public ValueTask<bool> ShowsAsync(ClaimsPrincipal caller, OperationTool tool) => _inProcess.Contains(tool.Metadata.Api)
        ? endpoints.AllowsAsync(caller, tool.Metadata.Method, tool.Metadata.Path)
        : ValueTask.FromResult(true);

    public bool DependsOn(ClaimsPrincipal caller) => _inProcess.Count > 0 && endpoints.HasAuthorization;

    public string? WhyNotWatch(ClaimsPrincipal caller) => null;

    public Task RefuseAsync(HttpContext context, string? reason, IReadOnlyList<string> scopes) => JsonRpcErrors.WriteAsync(
        context, StatusCodes.Status403Forbidden, JsonRpcErrors.Refused, reason ?? "The caller may not do this. Nothing was done.",
        context.Items[typeof(ModelContextProtocol.Protocol.RequestId)] is ModelContextProtocol.Protocol.RequestId id ? id : default);
}
