using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.OpenApiTools.Tasks;

/// <summary>A task in the format of its extension (SEP-2663): both its handle and its state.</summary>
internal sealed class TaskResult : Result
{
    /// <summary>The <c>resultType</c> of a call's answer that is a task.</summary>
    private const string Created = "task";

    private const string Complete = "complete";
    private const string Working = "working";
    private const long PollInterval = 1000;

    public required string TaskId { get; init; }

    public required string Status { get; init; }

    public string? StatusMessage { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset LastUpdatedAt { get; init; }

    /// <summary>Milliseconds from creation, or null for no end. The member is required.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long? TtlMs { get; init; }

    public long? PollIntervalMs { get; init; }

    /// <summary>The result that the call would have had, once completed.</summary>
    public JsonElement? Result { get; set; }

    /// <summary>The error that the call would have had, once failed.</summary>
    public JsonObject? Error { get; set; }

    /// <summary>The handle of a task whose job has just started.</summary>
    public static TaskResult Begun(string taskId, TaskHandle handle, JobState job, DateTimeOffset now) =>
        New(taskId, handle, job, now, Created, Working);

    /// <summary>The state of a task.</summary>
    /// <param name="taskId">Its id.</param>
    /// <param name="handle">The content of the id.</param>
    /// <param name="title">The title of the tool.</param>
    /// <param name="plan">How to follow its job.</param>
    /// <param name="read">The job as reported by the API.</param>
    /// <param name="now">The time.</param>
    public static TaskResult Of(
        string taskId, TaskHandle handle, string title, JobPlan plan, JobAnswer read, DateTimeOffset now)
    {
        var job = read.Job;
        var task = New(taskId, handle, job, now, Complete, job?.Status switch
        {
            null => "failed",
            JobStatus.Queued or JobStatus.Running => Working,
            JobStatus.Cancelled => "cancelled",
            _ => "completed", // tool errors are results; failed means a protocol error
        });
        if (job is null)
        {
            task.Error = new JsonObject
            {
                ["code"] = (int)McpErrorCode.InternalError,
                ["message"] = Jobs.NoJob().Message,
            };
        }
        else if (job.Status is JobStatus.Succeeded or JobStatus.Failed)
        {
            var result = Jobs.ResultOf(plan, title, read).Result;
            result.ResultType = Complete;
            task.Result = JsonSerializer.SerializeToElement(result, McpJsonUtilities.DefaultOptions);
        }

        return task;
    }

    private static TaskResult New(
        string taskId, TaskHandle handle, JobState? job, DateTimeOffset now, string resultType, string status)
    {
        var created = DateTimeOffset.FromUnixTimeMilliseconds(handle.Created);
        return new TaskResult
        {
            ResultType = resultType,
            TaskId = taskId,
            Status = status,
            StatusMessage = job?.Message,
            CreatedAt = created,
            LastUpdatedAt = job?.UpdatedAt ?? now,
            TtlMs = job?.ExpiresAt is { } expires ? Math.Max(1, (long)(expires - created).TotalMilliseconds) : null,
            PollIntervalMs = status == Working ? PollInterval : null,
        };
    }
}

[JsonSerializable(typeof(TaskResult))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class TaskJson : JsonSerializerContext;
