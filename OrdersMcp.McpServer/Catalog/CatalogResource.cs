using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.OpenApi;
using OrdersMcp.McpServer.Operations;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>A resource whose text is of the document.</summary>
internal sealed record FixedResource(Resource Definition, string Text);

/// <summary>The resources that are answers of one operation.</summary>
/// <param name="Definition">What clients see of them.</param>
/// <param name="Uri">Their URIs.</param>
/// <param name="Variables">What the variables of the URI are to the operation, in their order.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Untrusted">The paths of the fields that others wrote.</param>
/// <param name="Completions">Where the values of a variable come from, by its name.</param>
internal sealed record OperationResource(
    ResourceTemplate Definition,
    UriTemplate Uri,
    IReadOnlyList<ResourceVariable> Variables,
    OperationTool Operation,
    IReadOnlyList<string> Untrusted,
    IReadOnlyDictionary<string, CompletionSource> Completions);

/// <summary>A variable of a resource's URI: the argument of the operation that it is, and whether that is an integer.</summary>
internal sealed record ResourceVariable(string Argument, bool IsInteger);
