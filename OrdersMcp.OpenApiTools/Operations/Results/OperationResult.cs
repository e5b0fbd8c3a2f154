using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.OpenApiTools.Operations.Results;

/// <summary>The result of a call, and how it was truncated, if it was.</summary>
internal sealed record OperationResult(CallToolResult Result, ListTruncation? Truncation = null)
{
    /// <summary>How the call ended, for telemetry and audit; the result describes it to the model.</summary>
    public ToolOutcome Outcome { get; init; }

    /// <summary>Whether the byte budget truncated the answer.</summary>
    public bool IsTruncated { get; init; } = Truncation is not null;

    /// <summary>Whether the API replayed the answer of an earlier call with the same idempotency key.</summary>
    public bool IsReplay { get; init; }

    /// <summary>The HTTP status, or null if there was no response.</summary>
    public int? Status { get; init; }

    /// <summary>The <c>ETag</c> header, unchanged.</summary>
    public string? EntityTag { get; init; }

    /// <summary>The answer if it differs from the structured content; undefined if it is the same or not JSON.</summary>
    public JsonElement Unexpected { get; init; }

    /// <summary>The answer as JSON; undefined if it is not JSON.</summary>
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
            return default; // the text is not JSON
        }
    }
}
