using System.Text.Json;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>
/// The extension <c>x-mcp.confirm</c>: a person is asked before the operation is called
/// (docs/decisions/0006-the-document-carries-its-mcp-face.md).
/// </summary>
/// <param name="Message">The question for the person, with <c>{fields}</c> of the preview; null for a title.</param>
/// <param name="Preview">The id of the operation that shows what will change, and whose ETag is its version.</param>
/// <param name="Repeat">The argument that a client repeats if it cannot ask a person.</param>
internal sealed record ConfirmExtension(string? Message, string? Preview, string? Repeat)
{
    /// <summary>The extension of an operation; null if no person is asked.</summary>
    public static ConfirmExtension? Read(JsonElement confirm) => confirm.ValueKind switch
    {
        JsonValueKind.True => new ConfirmExtension(null, null, null),
        JsonValueKind.String => new ConfirmExtension(confirm.GetString(), null, null),
        JsonValueKind.Object =>
            new ConfirmExtension(confirm.Text("message"), confirm.Text("preview"), confirm.Text("repeat")),
        _ => null,
    };
}
