using OrdersMcp.McpServer.OpenApi;

namespace OrdersMcp.McpServer.Operations;

/// <summary>
/// Operations that are called by the server itself, whether they are tools for clients or not: the preview of a
/// confirmation, the job of a task, what a resource or a completion asks.
/// </summary>
/// <param name="operations">All operations of the document.</param>
/// <param name="isTool">Whether an operation is a tool for clients.</param>
/// <param name="build">Makes a tool of an operation.</param>
internal sealed class RelatedOperations(
    IEnumerable<ApiOperation> operations, Func<ApiOperation, bool> isTool, Func<ApiOperation, OperationTool> build)
{
    private readonly Dictionary<string, ApiOperation> _operations = operations
        .Where(operation => operation.Id is not null)
        .DistinctBy(operation => operation.Id)
        .ToDictionary(operation => operation.Id!, StringComparer.Ordinal);

    private readonly Dictionary<ApiOperation, OperationTool> _built = new(ReferenceEqualityComparer.Instance);

    /// <summary>The operation of an id, or null where no such operation can be called.</summary>
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
            // The caller warns about its own reference; the tool has a warning of its own.
            return null;
        }
    }

    /// <summary>How an operation is called.</summary>
    /// <exception cref="ApiDocumentException">It cannot be called.</exception>
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

/// <summary>An operation that another names, and how it is called.</summary>
/// <param name="Operation">What the document says of it.</param>
/// <param name="Tool">How the server calls it.</param>
/// <param name="IsTool">Whether it is a tool for clients too, of the same name.</param>
internal sealed record RelatedOperation(ApiOperation Operation, OperationTool Tool, bool IsTool);
