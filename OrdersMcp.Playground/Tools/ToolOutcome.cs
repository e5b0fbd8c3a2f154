using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.Playground.Tools;

/// <summary>What came of a tool call: a result, or a question that a person answers first.</summary>
/// <param name="IsError">Whether the tool reports an error, which a model can act on.</param>
/// <param name="Text">The result as text.</param>
/// <param name="Structured">The structured result, if there is one.</param>
/// <param name="Untrusted">The paths of the fields whose text other people wrote.</param>
/// <param name="Question">The question; null if the call was made.</param>
/// <param name="IsRefused">Whether the protocol refused the call, such as for an unknown tool.</param>
internal sealed record ToolOutcome(
    bool IsError, string Text, JsonElement? Structured, IReadOnlyList<string> Untrusted, ToolQuestion? Question, bool IsRefused = false)
{
    /// <summary>Where the server lists the fields that other people wrote.</summary>
    private const string UntrustedMeta = "ordersmcp/untrusted";

    /// <summary>An error that did not come from a tool.</summary>
    public static ToolOutcome Error(string text) => new(IsError: true, text, Structured: null, [], Question: null);

    /// <summary>Reads a result.</summary>
    /// <exception cref="ToolServerException">The server asks for something that the playground cannot answer.</exception>
    public static ToolOutcome Of(CallToolResult result)
    {
        var text = string.Join('\n', result.Content.Select(TextOf));
        return new ToolOutcome(
            result.IsError is true,
            text.Length == 0 && result.StructuredContent is { } structured ? structured.GetRawText() : text,
            result.StructuredContent,
            result.Meta?[UntrustedMeta] is JsonArray paths ? [.. paths.Select(path => path!.GetValue<string>())] : [],
            ToolQuestion.In(result));
    }

    private static string TextOf(ContentBlock block) => block switch
    {
        TextContentBlock text => text.Text,
        EmbeddedResourceBlock { Resource: TextResourceContents resource } => resource.Text,
        ResourceLinkBlock link => $"[resource {link.Uri}]",
        _ => $"[content of the type {block.Type}, which is not shown here]",
    };
}

/// <summary>The MCP server cannot be used as needed; the message says why, for a person.</summary>
/// <param name="message">The message.</param>
/// <param name="inner">The cause.</param>
/// <param name="status">The HTTP status that describes it.</param>
internal sealed class ToolServerException(string message, Exception? inner = null, int status = StatusCodes.Status502BadGateway)
    : Exception(message, inner)
{
    /// <summary>The HTTP status that describes it.</summary>
    public int Status => status;
}
