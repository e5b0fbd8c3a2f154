using System.Text.Json;

namespace OrdersMcp.McpServer.OpenApi;

/// <summary>
/// What <c>x-mcp.task</c> says of an operation that answers 202 with a job
/// (docs/decisions/0006-the-document-carries-its-mcp-face.md).
/// </summary>
/// <param name="Get">The id of the operation that reads the job.</param>
/// <param name="Cancel">The id of the operation that cancels it.</param>
/// <param name="Resource">Where its result is read: a URI with the parameter in braces.</param>
/// <param name="Parameter">The parameter of all three that takes the job's id.</param>
internal sealed record TaskExtension(string? Get, string? Cancel, string? Resource, string? Parameter)
{
    /// <summary>The extension of an operation; null where it is none of a job.</summary>
    public static TaskExtension? Read(JsonElement task) => task.ValueKind == JsonValueKind.Object
        ? new TaskExtension(task.Text("get"), task.Text("cancel"), task.Text("resource"), task.Text("parameter"))
        : null;
}
