using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Operations;

/// <summary>
/// Operations that the server itself calls, whether or not they are tools for clients: the preview of a confirmation, the
/// job of a task, the source of a resource or a completion.
/// </summary>
/// <param name="operations">All operations of the document.</param>
/// <param name="isTool">Whether an operation is a tool for clients.</param>
/// <param name="build">Makes a tool from an operation.</param>
internal sealed class RelatedOperations(
    IEnumerable<ApiOperation> operations, Func<ApiOperation, bool> isTool, Func<ApiOperation, OperationTool> build)
{
    private readonly Dictionary<string, ApiOperation> _operations = operations
        .Where(operation => operation.Id is not null)
        .DistinctBy(operation => operation.Id)
        .ToDictionary(operation => operation.Id!, StringComparer.Ordinal);

    private readonly Dictionary<ApiOperation, OperationTool> _built = new(ReferenceEqualityComparer.Instance);

    /// <summary>The operation with an id, or null if no such operation can be called.</summary>
    public RelatedOperation? Find(string? id)
    {
        if (id is null || !_operations.TryGetValue(id, out var operation))
        {
            return null;
        }

        try
        {
            return new RelatedOperation(operation, ToolOf(operation), isTool(operation));
        }
        catch (ApiDocumentException)
        {
            // The caller warns about its reference, and the tool has its own warning.
            return null;
        }
    }

    /// <summary>The tool that calls an operation.</summary>
    /// <exception cref="ApiDocumentException">The operation cannot be called.</exception>
    public OperationTool ToolOf(ApiOperation operation)
    {
        if (!_built.TryGetValue(operation, out var tool))
        {
            try
            {
                _built[operation] = tool = build(operation);
            }
            catch (Exception exception) when (exception is not ApiDocumentException)
            {
                throw new ApiDocumentException($"The server fails on {operation}: {exception.Message}", exception);
            }
        }

        return tool;
    }
}

/// <summary>An operation that another operation names, and the tool that calls it.</summary>
/// <param name="Operation">The operation in the document.</param>
/// <param name="Tool">The tool that the server calls.</param>
/// <param name="IsTool">Whether it is also a tool for clients, with the same name.</param>
internal sealed record RelatedOperation(ApiOperation Operation, OperationTool Tool, bool IsTool);
