using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace OrdersMcp.Playground.Conversations;

/// <summary>A request: the whole conversation so far, which only the browser keeps.</summary>
/// <param name="Messages">The messages, the oldest first.</param>
/// <param name="Model">The id of the model; the default unless given.</param>
/// <param name="Caller">The id of the caller; the default unless given.</param>
/// <param name="Confirmation">The answer to the question on which the last request ended.</param>
internal sealed record ChatRequest(
    IReadOnlyList<ChatTurn>? Messages, string? Model = null, string? Caller = null, ConfirmationAnswer? Confirmation = null);

/// <summary>One message of a conversation.</summary>
/// <param name="Role">user, assistant or tool.</param>
/// <param name="Parts">Its parts.</param>
internal sealed record ChatTurn(string Role, IReadOnlyList<ChatPart> Parts)
{
    public const string User = "user";
    public const string Assistant = "assistant";
    public const string Tool = "tool";
}

/// <summary>A part of a message.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(TextPart), "text")]
[JsonDerivedType(typeof(ToolCallPart), "tool_call")]
[JsonDerivedType(typeof(ToolResultPart), "tool_result")]
internal abstract record ChatPart;

/// <summary>Text of the person or the model.</summary>
internal sealed record TextPart(string Text) : ChatPart;

/// <summary>A call that the model asks for.</summary>
/// <param name="Id">The id that the model gave it.</param>
/// <param name="Name">The name of the tool.</param>
/// <param name="Arguments">Its arguments; null if the model wrote something that is not a JSON object. Such a call is not made.</param>
internal sealed record ToolCallPart(string Id, string Name, JsonObject? Arguments) : ChatPart;

/// <summary>The result of a call, as the model reads it.</summary>
internal sealed record ToolResultPart(string Id, bool IsError, string Text) : ChatPart;

/// <summary>A person's answer to a confirmation.</summary>
/// <param name="Id">The id of the call.</param>
/// <param name="Action">accept or decline.</param>
/// <param name="State">The state of the question.</param>
/// <param name="Content">The filled form, if it has more than one yes/no question.</param>
internal sealed record ConfirmationAnswer(string Id, string Action, string State, JsonObject? Content = null);
