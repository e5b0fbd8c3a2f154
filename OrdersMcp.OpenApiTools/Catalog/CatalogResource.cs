using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>A resource whose text comes from the document.</summary>
internal sealed record FixedResource(Resource Definition, string Text);

/// <summary>The resources that one operation answers.</summary>
/// <param name="Definition">The definition for clients.</param>
/// <param name="Uri">The template of their URIs.</param>
/// <param name="Variables">The arguments for the variables of the URI, in the same order.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Untrusted">The paths of the fields that others wrote.</param>
/// <param name="Completions">The sources of values, by variable name.</param>
internal sealed record OperationResource(
    ResourceTemplate Definition,
    UriTemplate Uri,
    IReadOnlyList<ResourceVariable> Variables,
    OperationTool Operation,
    IReadOnlyList<string> Untrusted,
    IReadOnlyDictionary<string, CompletionSource> Completions);

/// <summary>A variable of a resource's URI: the matching argument of the operation, and whether it is an integer.</summary>
internal sealed record ResourceVariable(string Argument, bool IsInteger);
