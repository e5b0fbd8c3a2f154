using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.Playground.Tools;

/// <summary>A question that a person answers before the server makes a call.</summary>
/// <param name="Message">The question.</param>
/// <param name="Schema">The form of the answer, a JSON Schema.</param>
/// <param name="State">What the repeated call needs besides the answer; the server sealed its part.</param>
internal sealed record ToolQuestion(string Message, JsonNode? Schema, string State)
{
    /// <summary>The question in a result; null if it has none.</summary>
    /// <exception cref="ToolServerException">The server asks for something else than the answer to one form.</exception>
    public static ToolQuestion? In(CallToolResult result)
    {
        if (result.Meta?[HeldQuestions.Meta] is not JsonObject held)
        {
            return null;
        }

        return held["inputRequests"] is JsonObject { Count: 1 } requests && requests.First() is var (name, request)
            && request?["method"]?.GetValue<string>() == RequestMethods.ElicitationCreate && request["params"] is JsonObject form
            && form["mode"]?.GetValue<string>() is null or "form"
            ? new ToolQuestion(
                form["message"]?.GetValue<string>() ?? "",
                form["requestedSchema"]?.DeepClone(),
                new QuestionState(name, held["requestState"]?.GetValue<string>()).ToText())
            : throw new ToolServerException("The MCP server asked for something that the playground cannot answer: it answers one form at a time.");
    }
}

/// <summary>A person's answer to a <see cref="ToolQuestion"/>.</summary>
/// <param name="Action">accept or decline.</param>
/// <param name="Content">The filled form; unless given, every yes/no question of the form is answered with yes.</param>
/// <param name="State">The state of the question.</param>
internal sealed record ToolAnswer(string Action, JsonObject? Content, string State)
{
    private const string Accept = "accept";

    /// <summary>The actions that an answer can have.</summary>
    public static readonly string[] Actions = [Accept, "decline"];

    /// <summary>Adds the answer to the repeated call.</summary>
    /// <exception cref="ToolServerException">The state is not one that the playground gave.</exception>
    public void AddTo(CallToolRequestParams call)
    {
        var state = QuestionState.Read(State) ?? throw new ToolServerException(
            "The state of the confirmation is not valid.", status: StatusCodes.Status400BadRequest);
        var isAccepted = Action == Accept;
        call.RequestState = state.Sealed;
        call.InputResponses = new Dictionary<string, InputResponse>(StringComparer.Ordinal)
        {
            [state.Question] = InputResponse.FromElicitResult(new ElicitResult
            {
                Action = Action,
                Content = isAccepted ? Fields(state.Question) : null,
            }),
        };
    }

    private Dictionary<string, JsonElement> Fields(string question) =>
        Content is null
            ? new(StringComparer.Ordinal) { [question] = JsonSerializer.SerializeToElement(value: true) }
            : Content.ToDictionary(field => field.Key, field => JsonSerializer.SerializeToElement(field.Value), StringComparer.Ordinal);
}

/// <summary>The name of a question and the state that the server sealed, as one text for a client.</summary>
internal sealed record QuestionState(string Question, string? Sealed)
{
    private const int Longest = 16 * 1024;

    public string ToText() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this));

    public static QuestionState? Read(string text)
    {
        try
        {
            return text.Length > Longest ? null
                : JsonSerializer.Deserialize<QuestionState>(Base64Url.DecodeFromChars(text)) is { Question.Length: > 0 } state ? state : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return null;
        }
    }
}
