using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Http;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.OpenApiTools.Security;
using OrdersMcp.OpenApiTools.Telemetry;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.McpServer.Security;

/// <summary>Writes refusals as JSON-RPC errors, which clients show to their model.</summary>
internal sealed class JsonRpcAccessDenials(ProtectedResource resource, ToolCatalog catalog, CallRecorder recorder) : IAccessDenialWriter
{
    public string? ResourceMetadata(HttpContext context) => resource.MetadataUrl(context.Request);

    /// <summary>
    /// The scopes for reading: a client starts with few scopes and is asked for more when needed (MCP, authorization,
    /// "Scope Selection Strategy").
    /// </summary>
    public IReadOnlyList<string> FirstScopes(HttpContext context) => catalog.ReadScopes();

    public Task WriteAsync(HttpContext context, AccessDenial denial)
    {
        // CallGuard records refusals for scopes, because it has read the message.
        switch (denial.Status)
        {
            case StatusCodes.Status401Unauthorized:
                recorder.Refuse(context, ToolOutcome.Unauthorized);
                break;
            case StatusCodes.Status503ServiceUnavailable:
                recorder.Refuse(context, ToolOutcome.UpstreamUnavailable);
                break;
        }

        var detail = JsonRpcErrors.Detail(JsonRpcErrors.Refused, denial.Detail);
        if (denial.Scopes.Count > 0)
        {
            detail.Data = new JsonObject { ["scopes"] = new JsonArray([.. denial.Scopes.Select(scope => (JsonNode)scope)]) };
        }

        return JsonRpcErrors.WriteAsync(
            context, denial.Status, detail, context.Items[typeof(RequestId)] is RequestId id ? id : default);
    }
}

internal static class CatalogScopes
{
    /// <summary>The sorted scopes of the tools that change nothing.</summary>
    public static IReadOnlyList<string> ReadScopes(this ToolCatalog catalog) =>
        [.. catalog.Operations.Where(tool => tool.Metadata.IsSafe).SelectMany(tool => ToolAccessSource.ScopesOf(tool.Metadata))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
