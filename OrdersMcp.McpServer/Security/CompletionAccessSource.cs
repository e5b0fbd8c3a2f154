using System.Security.Claims;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Catalog;

namespace OrdersMcp.McpServer.Security;

/// <summary>
/// What completions need: what the resource needs that is completed, and what the operation needs that has the values.
/// The text of a prompt is of the document and open to every caller; values that an operation has for it are not.
/// </summary>
internal sealed class CompletionAccessSource(ToolCatalog catalog) : IAccessSource
{
    public RequiredAccess? Of(ClaimsPrincipal caller, string method, JsonObject? parameters)
    {
        if (method != RequestMethods.CompletionComplete || parameters?["ref"] is not JsonObject reference)
        {
            return null;
        }

        var face = catalog.Current.Face;
        var argument = (parameters["argument"] as JsonObject)?["name"].AsText() ?? "";
        if (reference["uri"].AsText() is { } uri
            && face.OperationResources.FirstOrDefault(resource => resource.Uri.Text == uri) is { } template)
        {
            var scopes = ToolAccessSource.ScopesOf(template.Operation.Metadata);
            var source = template.Completions.GetValueOrDefault(argument)?.Operation;
            return new RequiredAccess(
                source is null ? scopes : [.. scopes.Union(ToolAccessSource.ScopesOf(source.Metadata), StringComparer.Ordinal)],
                template.Operation.Definition.Name,
                CallClass.Read);
        }

        return reference["name"].AsText() is { } name && face.PromptsByName.TryGetValue(name, out var prompt)
            && prompt.Completions.GetValueOrDefault(argument)?.Operation is { } operation
            ? new RequiredAccess(ToolAccessSource.ScopesOf(operation.Metadata), operation.Definition.Name, CallClass.Read)
            : null;
    }
}
