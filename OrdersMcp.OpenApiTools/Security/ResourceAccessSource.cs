using System.Security.Claims;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Security;

/// <summary>The access that reading a resource needs: that of its operation as a tool.</summary>
internal sealed class ResourceAccessSource(ToolCatalog catalog) : IAccessSource
{
    public RequiredAccess? Of(ClaimsPrincipal caller, string method, JsonObject? parameters) =>
        method == RequestMethods.ResourcesRead && parameters?["uri"].AsText() is { } uri
            && catalog.Capabilities.OperationResources.FirstOrDefault(resource => resource.Uri.Match(uri) is not null) is { } resource
            ? new RequiredAccess(
                ToolAccessSource.ScopesOf(resource.Operation.Metadata), resource.Operation.Definition.Name, CallClass.Read)
            : null;
}
