using System.Text.Json;
using OrdersMcp.McpServer.Operations.Arguments;
using OrdersMcp.McpServer.Operations.Results;

namespace OrdersMcp.McpServer.Operations;

/// <summary>A call of a tool.</summary>
/// <param name="Arguments">As the client sent them.</param>
/// <param name="DeriveKey">Gives the idempotency key of the call of the tool of this name.</param>
internal sealed record ToolCall(IDictionary<string, JsonElement> Arguments, Func<string, string> DeriveKey)
{
    /// <summary>The version that the call is for: sent as <c>If-Match</c>, whatever the arguments say.</summary>
    public string? IfMatch { get; init; }
}

/// <summary>Arguments as they are taken, and what is said of them.</summary>
internal readonly record struct CheckedArguments(IDictionary<string, JsonElement> Arguments, ArgumentReport Report)
{
    /// <summary>The result that names what is wrong, or null.</summary>
    public Answer? Error => Report.IsClean ? null : ToolErrors.InvalidArguments(Report);
}
