using System.Security.Claims;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Security;

/// <summary>
/// The access that completions need: that of the completed resource, and that of the operation that provides the values.
/// Texts of prompts are part of the document and open to every caller; values from an operation are not.
/// </summary>
internal sealed class CompletionAccessSource(ToolCatalog catalog) : IAccessSource
{
    public RequiredAccess? Of(ClaimsPrincipal caller, string method, JsonObject? parameters)
    {
        if (method != RequestMethods.CompletionComplete || parameters?["ref"] is not JsonObject reference)
        {
            return null;
        }

        var capabilities = catalog.Current.Capabilities;
        var argument = (parameters["argument"] as JsonObject)?["name"].AsText() ?? "";
        // same reading as in the handler: ignores other members
        OperationTool?[] operations = reference["type"].AsText() switch
        {
            "ref/resource" when reference["uri"].AsText() is { } uri
                && capabilities.OperationResources.FirstOrDefault(resource => resource.Uri.Text == uri) is { } template
                => [template.Operation, template.Completions.GetValueOrDefault(argument)?.Operation],
            "ref/prompt" when reference["name"].AsText() is { } name && capabilities.PromptsByName.TryGetValue(name, out var prompt)
                => [prompt.Completions.GetValueOrDefault(argument)?.Operation],
            _ => [],
        };
        var needed = operations.OfType<OperationTool>().ToArray();
        if (needed.Length == 0)
        {
            return null;
        }

        var only = caller.OnlyTools();
        return new RequiredAccess(
            [.. needed.SelectMany(operation => ToolAccessSource.ScopesOf(operation.Metadata)).Distinct(StringComparer.Ordinal)],
            (Array.Find(needed, operation => !ToolAccess.IsInList(only, operation.Definition.Name)) ?? needed[0]).Definition.Name,
            CallClass.Read);
    }
}
