using System.Text.Json;
using Microsoft.Extensions.AI;
using OrdersMcp.Playground.Configuration;
using OrdersMcp.Playground.Prompts;
using OrdersMcp.Playground.Tools;

namespace OrdersMcp.Playground.Conversations;

/// <summary>The messages of a conversation, for the model.</summary>
internal sealed class History
{
    /// <summary>The most characters of the text of a person or a model.</summary>
    private const int LongestText = 100_000;

    /// <summary>Room for the label and the note around a page.</summary>
    private const int LongestLabel = 10_000;

    private const string Unanswered = "Not executed: the person went on without answering the question about this call.";

    private readonly List<ChatTurn> _turns;

    /// <param name="turns">The messages of a request. Results in it that carry no label get one.</param>
    public History(IEnumerable<ChatTurn> turns) => _turns = [.. turns.Select(Labelled)];

    /// <summary>The calls of the last answer that have no result yet.</summary>
    public IReadOnlyList<ToolCallPart> Pending
    {
        get
        {
            var last = _turns.FindLastIndex(turn => turn.Role == ChatTurn.Assistant);
            if (last < 0 || _turns.Skip(last + 1).Any(turn => turn.Role == ChatTurn.User))
            {
                return [];
            }

            var answered = ResultsAfter(last).Select(result => result.Id).ToHashSet(StringComparer.Ordinal);
            return [.. _turns[last].Parts.OfType<ToolCallPart>().Where(call => !answered.Contains(call.Id))];
        }
    }

    /// <summary>Why a request cannot be answered; null if it can.</summary>
    public static string? ProblemOf(ChatRequest request, LimitOptions limits)
    {
        if (request.Messages is not { Count: > 0 } messages)
        {
            return "messages is missing: it needs at least one user message.";
        }

        if (messages.Count > limits.Messages)
        {
            return $"messages has {messages.Count} messages; the limit is {limits.Messages}. Begin a new conversation.";
        }

        var longest = Math.Max(LongestText, TokenEstimate.Characters(limits.ResultTokens) + LongestLabel);
        foreach (var (index, message) in messages.Index())
        {
            if (ProblemOf(message, longest) is { } problem)
            {
                return $"messages[{index}]{problem}";
            }
        }

        var pending = new History(messages).Pending;
        return request.Confirmation switch
        {
            null when messages[^1].Role == ChatTurn.Assistant => "The last message is from the assistant. Add a user message.",
            null when pending.Count > 0 => "The last tool calls have no results. Answer with confirmation, or add a user message.",
            null => null,
            { Id: null or "" } or { State: null or "" } => "confirmation needs an id and a state.",
            { Action: var action } when !ToolAnswer.Actions.Contains(action, StringComparer.Ordinal) => "confirmation.action must be accept or decline.",
            { Id: var id } when pending.All(call => call.Id != id) => "confirmation.id is not the id of a tool call that waits for an answer.",
            _ => null,
        };
    }

    /// <summary>Adds a message.</summary>
    public void Add(ChatTurn turn) => _turns.Add(turn);

    /// <summary>The messages for the model. Each call has a result right after it, as the providers demand.</summary>
    public List<ChatMessage> ToMessages(string systemPrompt)
    {
        var messages = new List<ChatMessage> { new(ChatRole.System, systemPrompt) };
        foreach (var (index, turn) in _turns.Index())
        {
            switch (turn.Role)
            {
                case ChatTurn.User:
                    messages.Add(new ChatMessage(ChatRole.User, [.. turn.Parts.OfType<TextPart>().Select(part => new TextContent(part.Text))]));
                    break;
                case ChatTurn.Assistant:
                    messages.Add(new ChatMessage(ChatRole.Assistant, [.. turn.Parts.Select(ContentOf)]));
                    if (turn.Parts.OfType<ToolCallPart>().ToArray() is { Length: > 0 } calls)
                    {
                        var results = ResultsAfter(index).ToLookup(result => result.Id, StringComparer.Ordinal);
                        messages.Add(new ChatMessage(ChatRole.Tool, [.. calls.Select(call =>
                            ResultOf(results[call.Id].LastOrDefault() ?? new ToolResultPart(call.Id, IsError: true, Unanswered)))]));
                    }

                    break;
            }
        }

        return messages;
    }

    private static string? ProblemOf(ChatTurn? message, int longestText) => message switch
    {
        null => " is null.",
        { Role: not (ChatTurn.User or ChatTurn.Assistant or ChatTurn.Tool) } => " has a role other than user, assistant and tool.",
        { Parts: null or { Count: 0 } } => " has no parts.",
        _ when message.Parts.Contains(null!) => $".parts[{message.Parts.Index().First(part => part.Item is null).Index}] is null.",
        { Role: ChatTurn.User } when message.Parts.Any(part => part is not TextPart) => " is from the user, so it takes only text.",
        { Role: ChatTurn.Assistant } when message.Parts.Any(part => part is ToolResultPart) => " is from the assistant, so it takes no results.",
        { Role: ChatTurn.Tool } when message.Parts.Any(part => part is not ToolResultPart) => " is from a tool, so it takes only results.",
        _ when message.Parts.Any(part => part is TextPart { Text: null } or ToolResultPart { Text: null } or ToolResultPart { Id: null or "" }
            or ToolCallPart { Id: null or "" } or ToolCallPart { Name: null or "" }) => " has a part without its text, id or name.",
        _ when message.Parts.Any(part => part is TextPart { Text.Length: > LongestText }) => $" has a text with more than {LongestText} characters.",
        _ when message.Parts.Any(part => part is ToolResultPart { Text: var text } && text.Length > longestText) =>
            $" has a result with more than {longestText} characters.",
        { Role: ChatTurn.User } when message.Parts.OfType<TextPart>().All(part => string.IsNullOrWhiteSpace(part.Text)) => " has no text.",
        _ => null,
    };

    private static ChatTurn Labelled(ChatTurn turn) => turn.Role != ChatTurn.Tool ? turn : turn with
    {
        Parts = [.. turn.Parts.Select(part => part is ToolResultPart result && DataLabel.Read(result.Text) is null
            ? result with { Text = DataLabel.Wrap(result.Text, []) }
            : part)],
    };

    private static AIContent ContentOf(ChatPart part) => part switch
    {
        // Arguments that could not be read are null here, but the providers take only an object.
        ToolCallPart call => new FunctionCallContent(call.Id, call.Name, (call.Arguments ?? []).ToDictionary(
            argument => argument.Key, argument => (object?)JsonSerializer.SerializeToElement(argument.Value), StringComparer.Ordinal)),
        TextPart text => new TextContent(text.Text),
        _ => throw new InvalidOperationException($"A message of the assistant cannot have a {part.GetType().Name}."),
    };

    private static FunctionResultContent ResultOf(ToolResultPart result) => new(result.Id, result.Text)
    {
        // The adapters of the providers mark a result as an error by this.
        Exception = result.IsError ? new ToolServerException(result.Text) : null,
    };

    /// <summary>The results up to the next message of another role.</summary>
    private IEnumerable<ToolResultPart> ResultsAfter(int index) =>
        _turns.Skip(index + 1).TakeWhile(turn => turn.Role == ChatTurn.Tool).SelectMany(turn => turn.Parts).OfType<ToolResultPart>();
}
