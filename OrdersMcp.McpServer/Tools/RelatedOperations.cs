using OrdersMcp.McpServer.OpenApi;

namespace OrdersMcp.McpServer.Tools;

/// <summary>
/// Operations that others name: the preview of a confirmation, the job of a task. They are called by the server itself,
/// whether they are tools for clients or not.
/// </summary>
/// <param name="operations">All operations of the document.</param>
/// <param name="toolNames">By the id of an operation, the name of the tool that it is for clients.</param>
/// <param name="build">Makes a tool of an operation, by a name.</param>
internal sealed class RelatedOperations(
    IEnumerable<ApiOperation> operations,
    IReadOnlyDictionary<string, string> toolNames,
    Func<ApiOperation, string, OperationTool> build)
{
    private readonly Dictionary<string, ApiOperation> _operations = operations
        .Where(operation => operation.Id is not null)
        .DistinctBy(operation => operation.Id)
        .ToDictionary(operation => operation.Id!, StringComparer.Ordinal);

    private readonly Dictionary<string, RelatedOperation?> _built = new(StringComparer.Ordinal);

    /// <summary>The operation of an id, or null where there is none that can be called.</summary>
    public RelatedOperation? Find(string? id)
    {
        if (id is null || !_operations.TryGetValue(id, out var operation))
        {
            return null;
        }

        if (!_built.TryGetValue(id, out var related))
        {
            var isTool = toolNames.TryGetValue(id, out var name);
            try
            {
                related = new RelatedOperation(operation, build(operation, name ?? id), isTool);
            }
            catch (ApiDocumentException)
            {
                // Whoever names it says what becomes of that; as a tool it has a warning of its own.
                related = null;
            }

            _built[id] = related;
        }

        return related;
    }
}

/// <summary>An operation that another names, and how it is called.</summary>
/// <param name="Operation">What the document says of it.</param>
/// <param name="Tool">How the server calls it.</param>
/// <param name="IsTool">Whether it is a tool for clients too, of the same name.</param>
internal sealed record RelatedOperation(ApiOperation Operation, OperationTool Tool, bool IsTool);
