using System.Text.Json;
using System.Text.Json.Serialization;
using OrdersMcp.OpenApiTools.Signing;

namespace OrdersMcp.OpenApiTools.Tasks;

/// <summary>
/// Task ids that contain their job: any replica can answer for a task, and none stores it. They are sealed and bound to
/// their caller, so other callers can neither use nor forge them.
/// </summary>
internal sealed class TaskHandles(SigningKey key)
{
    private readonly SealedText _seal = key.Seal("task");

    public string Make(TaskHandle handle, string caller) =>
        _seal.Seal(JsonSerializer.SerializeToUtf8Bytes(handle, TaskHandleJson.Default.TaskHandle), caller);

    /// <summary>The task of an id, or null if this caller has no such task.</summary>
    public TaskHandle? Read(string taskId, string caller) => _seal.Open(taskId, caller) is { } payload
        ? JsonSerializer.Deserialize(payload, TaskHandleJson.Default.TaskHandle)
        : null;
}

/// <summary>The content of a task id.</summary>
/// <param name="Tool">The name of the tool that started the job.</param>
/// <param name="Job">The job's id in its API.</param>
/// <param name="Created">The start time, in milliseconds since 1970.</param>
/// <param name="Trace">The trace context of the call that started it, to link later requests to it.</param>
internal sealed record TaskHandle(
    [property: JsonPropertyName("t")] string Tool,
    [property: JsonPropertyName("j")] string Job,
    [property: JsonPropertyName("c")] long Created,
    [property: JsonPropertyName("p")] string? Trace = null);

[JsonSerializable(typeof(TaskHandle))]
internal sealed partial class TaskHandleJson : JsonSerializerContext;
