using OrdersMcp.McpServer.OpenApi;

namespace OrdersMcp.McpServer.Tools;

/// <summary>
/// Operations that others name: the preview of a confirmation, the job of a task. They are called by the server itself,
/// whether they are tools for clients or not.
/// </summary>
internal sealed class RelatedOperations(IEnumerable<ApiOperation> operations, Func<ApiOperation, OperationTool> build)
{
    private readonly Dictionary<string, ApiOperation> _operations = operations
        .Where(operation => operation.Id is not null)
        .DistinctBy(operation => operation.Id)
        .ToDictionary(operation => operation.Id!, StringComparer.Ordinal);

    private readonly Dictionary<string, OperationTool> _built = new(StringComparer.Ordinal);

    /// <summary>The operation of an id, and how it is called; or null where there is none.</summary>
    /// <exception cref="ApiDocumentException">It cannot be called.</exception>
    public (ApiOperation Operation, OperationTool Tool)? Find(string? id)
    {
        if (id is null || !_operations.TryGetValue(id, out var operation))
        {
            return null;
        }

        if (!_built.TryGetValue(id, out var tool))
        {
            _built[id] = tool = build(operation);
        }

        return (operation, tool);
    }
}
