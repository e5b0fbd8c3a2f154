using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>The source of an argument's values: a list, or an operation that takes the typed text.</summary>
internal sealed record CompletionSource(IReadOnlyList<string> Values, OperationTool? Operation)
{
    /// <summary>The query parameter for the typed text.</summary>
    public const string PrefixArgument = "prefix";

    /// <summary>Whether an operation can complete: it changes nothing, takes a prefix, and requires nothing else.</summary>
    public static bool CanComplete(ApiOperation operation) => operation is { Method: "GET", Body: null }
        && operation.Parameters.Any(parameter => parameter is { Name: PrefixArgument, Location: "query" })
        && operation.Parameters.All(parameter => !parameter.Required || parameter.Name == PrefixArgument);
}
