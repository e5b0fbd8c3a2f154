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
internal sealed class AppRules(AppEndpoints endpoints, ReceivedMessages received, IOptions<OpenApiToolsOptions> options) : ICallerRules
{
    private readonly Dictionary<string, ApiOptions> _inProcess =
        options.Value.Apis.Where(api => api.InProcess).ToDictionary(api => api.Name, StringComparer.Ordinal);

    public bool Has(ClaimsPrincipal caller, IReadOnlyList<string> scopes) => true;

    public ValueTask<bool> ShowsAsync(ClaimsPrincipal caller, OperationTool tool, ListDecisions decided) => _inProcess.TryGetValue(tool.Metadata.Api, out var api)
        ? endpoints.AllowsAsync(caller, tool.Metadata.Method, tool.Metadata.Path, context => received.Current?.Describe(context, api), decided)
        : ValueTask.FromResult(true);

    public bool DependsOn(ClaimsPrincipal caller) => _inProcess.Count > 0 && endpoints.HasAuthorization;

    /// <summary>The stream of changes would be read once for all callers, and no endpoint could decide about each.</summary>
    public string? WhyNotWatch(ClaimsPrincipal caller, string api) => _inProcess.ContainsKey(api)
        ? $"Resources of {api} cannot be watched, because the app decides about each request by its caller. Read them instead when they are needed."
        : null;

    public Task RefuseAsync(HttpContext context, string? reason, IReadOnlyList<string> scopes) => JsonRpcErrors.WriteAsync(
        context, StatusCodes.Status403Forbidden, JsonRpcErrors.Refused, reason ?? "The caller may not do this. Nothing was done.",
        context.Items[typeof(ModelContextProtocol.Protocol.RequestId)] is ModelContextProtocol.Protocol.RequestId id ? id : default);
}
