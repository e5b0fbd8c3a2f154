using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.McpServer.Operations.Results;

/// <summary>A result, and where it had to be cut how.</summary>
internal sealed record OperationResult(CallToolResult Result, ListTruncation? Truncation = null)
{
    /// <summary>How the call ended, for those who watch; a result says it to a model in words.</summary>
    public ToolOutcome Outcome { get; init; }

    /// <summary>Whether the byte budget made the answer smaller than what was asked for.</summary>
    public bool IsTruncated { get; init; } = Truncation is not null;

    /// <summary>Whether the API had done this before, and repeated its first answer.</summary>
    public bool IsReplay { get; init; }

    /// <summary>The HTTP status, or null where there was no response.</summary>
    public int? Status { get; init; }

    /// <summary>The <c>ETag</c> header as it came.</summary>
    public string? EntityTag { get; init; }

    /// <summary>The JSON of the answer; undefined where it is none.</summary>
    public JsonElement Json()
    {
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
