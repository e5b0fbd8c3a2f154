using OrdersMcp.McpServer.OpenApi;

namespace OrdersMcp.McpServer.Tools;

/// <summary>
/// Operations that are called by the server itself, whether they are tools for clients or not: the preview of a
/// confirmation, the job of a task, what a resource or a completion asks.
/// </summary>
internal sealed class RelatedOperations(IEnumerable<ApiOperation> operations, Func<ApiOperation, OperationTool> build)
{
    private readonly Dictionary<string, ApiOperation> _operations = operations
        .Where(operation => operation.Id is not null)
        .DistinctBy(operation => operation.Id)
        .ToDictionary(operation => operation.Id!, StringComparer.Ordinal);

    private readonly Dictionary<ApiOperation, OperationTool> _built = new(ReferenceEqualityComparer.Instance);

    /// <summary>The operation of an id, and how it is called; or null where there is none.</summary>
    /// <exception cref="ApiDocumentException">It cannot be called.</exception>
    public (ApiOperation Operation, OperationTool Tool)? Find(string? id) =>
        id is not null && _operations.TryGetValue(id, out var operation) ? (operation, ToolOf(operation)) : null;

    /// <summary>How an operation is called.</summary>
    /// <exception cref="ApiDocumentException">It cannot be called.</exception>
    public OperationTool ToolOf(ApiOperation operation)
    {
        if (!_built.TryGetValue(operation, out var tool))
        {
            _built[operation] = tool = build(operation);
        }

        return tool;
    }
}
