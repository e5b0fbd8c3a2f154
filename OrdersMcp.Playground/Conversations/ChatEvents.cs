using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace OrdersMcp.Playground.Conversations;

/// <summary>Something that happens in a conversation, for the page.</summary>
internal abstract record ChatEvent([property: JsonIgnore] string Kind);

/// <summary>The loop begins.</summary>
internal sealed record StartEvent(string? TraceId, string? TraceUrl, string Model, string ModelName, bool Scripted, string Caller) : ChatEvent("start");

/// <summary>More text of the model.</summary>
internal sealed record TextEvent(string Delta) : ChatEvent("text");

/// <summary>The model calls a tool.</summary>
internal sealed record ToolCallEvent(string Id, [property: JsonPropertyName("name")] string Tool, string Title, JsonObject Arguments, bool ReadOnly, bool Destructive)
    : ChatEvent("tool_call");

/// <summary>The progress of a call.</summary>
internal sealed record ToolProgressEvent(string Id, double Progress, double? Total, string? Message) : ChatEvent("tool_progress");

/// <summary>The result of a call.</summary>
/// <param name="Id">The id of the call.</param>
/// <param name="Tool">The name of the tool.</param>
/// <param name="IsError">Whether the tool reports an error.</param>
/// <param name="Text">The result as text.</param>
/// <param name="ModelText">What the model reads: labelled, and only the first page of a long result.</param>
/// <param name="Structured">The structured result.</param>
/// <param name="DurationMs">Milliseconds.</param>
/// <param name="Tokens">An estimate of what the model reads.</param>
/// <param name="TraceUrl">The trace on the dashboard.</param>
/// <param name="App">The app that shows the result.</param>
/// <param name="Pages">The next page, if the model reads the result in pages.</param>
internal sealed record ToolResultEvent(
    string Id,
    [property: JsonPropertyName("name")] string Tool,
    bool IsError,
    string Text,
    string ModelText,
    JsonElement? Structured,
    long DurationMs,
    int Tokens,
    string? TraceUrl,
    AppLink? App,
    PageLink? Pages) : ChatEvent("tool_result");

/// <summary>An app of the MCP server.</summary>
internal sealed record AppLink(string Uri);

/// <summary>The number of the next page.</summary>
internal sealed record PageLink(int Next);

/// <summary>A person must answer before the call is made. The request ends here, and the next one continues it.</summary>
internal sealed record ConfirmationEvent(
    string Id, [property: JsonPropertyName("name")] string Tool, JsonObject Arguments, string Message, JsonNode? Schema, string State)
    : ChatEvent("confirmation");

/// <summary>A finished message, for the history of the next request.</summary>
internal sealed record MessageEvent(string Role, IReadOnlyList<ChatPart> Parts) : ChatEvent("message");

/// <summary>What the request has used so far.</summary>
internal sealed record UsageEvent(int Turns, int ToolCalls, long InputTokens, long OutputTokens, decimal? Cost, string Currency) : ChatEvent("usage");

/// <summary>A failure, like problem details.</summary>
internal sealed record ErrorEvent(string Title, string Detail, int Status, bool Retryable) : ChatEvent("error");

/// <summary>The end of the request.</summary>
/// <param name="Reason">stop, confirmation, limit or error.</param>
/// <param name="Limit">turns, toolCalls, tokens, seconds or cost.</param>
/// <param name="Detail">The reason for a person.</param>
internal sealed record DoneEvent(string Reason, string? Limit, string? Detail) : ChatEvent("done");
