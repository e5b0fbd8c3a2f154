using System.Text.Json;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>
/// The extension <c>x-mcp.task</c> of an operation that answers 202 with a job
/// (docs/decisions/0006-the-document-carries-its-mcp-face.md).
/// </summary>
/// <param name="Get">The id of the operation that reads the job.</param>
/// <param name="Cancel">The id of the operation that cancels the job.</param>
/// <param name="Resource">The URI of the job's result, with the parameter in braces.</param>
/// <param name="Parameter">The parameter of all three that takes the job's id.</param>
internal sealed record TaskExtension(string? Get, string? Cancel, string? Resource, string? Parameter)
{
    /// <summary>The extension of an operation; null if the operation starts no job.</summary>
    public static TaskExtension? Read(JsonElement task) => task.ValueKind == JsonValueKind.Object
        ? new TaskExtension(task.Text("get"), task.Text("cancel"), task.Text("resource"), task.Text("parameter"))
        : null;
}
