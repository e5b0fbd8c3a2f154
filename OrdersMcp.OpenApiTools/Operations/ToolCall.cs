using System.Text.Json;
using OrdersMcp.OpenApiTools.Operations.Arguments;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Operations.Results;

namespace OrdersMcp.OpenApiTools.Operations;

/// <summary>A call of a tool.</summary>
/// <param name="Arguments">The arguments as the client sent them.</param>
/// <param name="Key">The idempotency key if the arguments have none; null for a new key, if the tool takes one.</param>
/// <param name="Caller">The caller that the call is made for.</param>
internal sealed record ToolCall(IDictionary<string, JsonElement> Arguments, IdempotencyKey? Key, Caller Caller)
{
    /// <summary>The version that the call applies to, sent as <c>If-Match</c> whatever the arguments say.</summary>
    public string? IfMatch { get; init; }
}

/// <summary>The arguments after coercion, and the report about them.</summary>
internal readonly record struct CheckedArguments(IDictionary<string, JsonElement> Arguments, ArgumentReport Report)
{
    /// <summary>The error result that names the problems, or null.</summary>
    public OperationResult? Error => Report.IsClean ? null : ToolErrors.InvalidArguments(Report);
}
