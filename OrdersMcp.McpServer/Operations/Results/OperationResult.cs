using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.McpServer.Operations.Results;

/// <summary>The result of a call, and how it was truncated, if it was.</summary>
internal sealed record OperationResult(CallToolResult Result, ListTruncation? Truncation = null)
{
    /// <summary>How the call ended, for telemetry and audit; the result tells the model in words.</summary>
    public ToolOutcome Outcome { get; init; }

    /// <summary>Whether the byte budget truncated the answer.</summary>
    public bool IsTruncated { get; init; } = Truncation is not null;

    /// <summary>Whether the API replayed the answer of an earlier call with the same idempotency key.</summary>
    public bool IsReplay { get; init; }

    /// <summary>The HTTP status, or null where there was no response.</summary>
    public int? Status { get; init; }

    /// <summary>The <c>ETag</c> header as it came.</summary>
    public string? EntityTag { get; init; }

    /// <summary>The answer where it is not what the structured content has; undefined where it is that, or no JSON.</summary>
    public JsonElement Unexpected { get; init; }

    /// <summary>The JSON of the answer; undefined where it is none.</summary>
    public JsonElement Json()
    {
        if (Unexpected.ValueKind != JsonValueKind.Undefined)
        {
            return Unexpected;
        }

        if (Result.StructuredContent is { } structured)
        {
            return structured;
        }

        try
        {
            return Result.Content is [TextContentBlock text, ..] ? JsonElement.Parse(text.Text) : default;
        }
        catch (JsonException)
        {
            return default; // a text that is no JSON
        }
    }
}
