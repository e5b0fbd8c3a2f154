using System.Globalization;
using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Tasks;

/// <summary>The state of a job as reported by its API (docs/decisions/0006-the-document-carries-its-mcp-face.md).</summary>
internal sealed record JobState(string Id, JobStatus Status)
{
    public double? Progress { get; init; }

    public double? Total { get; init; }

    public string? Message { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether the status is final.</summary>
    public bool IsOver => Status is not (JobStatus.Queued or JobStatus.Running);

    /// <summary>Reads a job; null if the JSON is not one.</summary>
    public static JobState? TryRead(JsonElement json)
    {
        var id = json.Member("id");
        return id.ValueKind is JsonValueKind.String or JsonValueKind.Number
            && StatusOf(json.Text("status")) is { } status
            ? new JobState(id.ToString(), status)
            {
                Progress = Number(json, "progress"),
                Total = Number(json, "total"),
                Message = json.Text("message") is { Length: > 0 } text ? BoundedText.Of(text, maxLength: 200) : null,
                CreatedAt = Time(json, "createdAt"),
                UpdatedAt = Time(json, "updatedAt"),
                ExpiresAt = Time(json, "expiresAt"),
            }
            : null;
    }

    private static JobStatus? StatusOf(string? text) => text switch
    {
        "queued" => JobStatus.Queued,
        "running" => JobStatus.Running,
        "succeeded" => JobStatus.Succeeded,
        "failed" => JobStatus.Failed,
        "cancelled" => JobStatus.Cancelled,
        _ => null,
    };

    private static double? Number(JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number)
            && double.IsFinite(number)
            ? number
            : null;

    private static DateTimeOffset? Time(JsonElement json, string name) => DateTimeOffset.TryParse(
        json.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
        ? time
        : null;
}

internal enum JobStatus
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}
