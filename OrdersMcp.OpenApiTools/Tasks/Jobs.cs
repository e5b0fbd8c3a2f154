using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Operations.Results;

namespace OrdersMcp.OpenApiTools.Tasks;

/// <summary>Reads and cancels jobs, and builds results from them.</summary>
internal static class Jobs
{
    /// <summary>Reads a job.</summary>
    /// <returns>The answer of the API; the job is null if the answer contains none.</returns>
    public static async ValueTask<JobAnswer> ReadAsync(JobPlan plan, string id, Caller caller, CancellationToken cancellationToken)
    {
        var call = new ToolCall(ArgumentsFor(plan, id, plan.Get), Key: null, caller);
        var answer = await plan.Get.CallAsync(call, cancellationToken);
        return new JobAnswer(answer, answer.Result.IsError is true ? null : plan.Read(answer));
    }

    /// <summary>Asks the API to cancel a job.</summary>
    public static ValueTask<OperationResult> CancelAsync(JobPlan plan, string id, Caller caller, CancellationToken cancellationToken) =>
        plan.Cancel!.CallAsync(new ToolCall(ArgumentsFor(plan, id, plan.Cancel), Key: null, caller), cancellationToken);

    /// <summary>The result of the call that started a job, once the job is over.</summary>
    /// <exception cref="McpProtocolException">The API's answer is not a job.</exception>
    public static OperationResult ResultOf(JobPlan plan, string title, JobAnswer read)
    {
        var job = read.Job ?? throw NoJob();
        if (job.Status != JobStatus.Succeeded)
        {
            return ToolErrors.Error(job.Status == JobStatus.Cancelled ? ToolOutcome.Cancelled : ToolOutcome.Internal, new JsonObject
            {
                ["title"] = $"{title}: {(job.Status == JobStatus.Cancelled ? "cancelled" : "failed")}",
                ["detail"] = job.Status == JobStatus.Cancelled
                    ? "The job was cancelled before it was done. There is no result."
                    : $"The job failed{(job.Message is null ? "" : $": {job.Message}")}. There is no result.",
                ["job"] = JsonNode.Parse(read.Answer.Json().GetRawText()),
            });
        }

        if (plan.ResourceOf(job.Id) is { } uri)
        {
            // Before the notes on the answer, so that clients find it directly after the job.
            read.Answer.Result.Content.Insert(1, new ResourceLinkBlock { Uri = uri, Name = job.Id, Title = title });
        }

        return read.Answer;
    }

    /// <summary>The error for an answer of the API that the server cannot interpret.</summary>
    public static McpProtocolException NoJob() =>
        new("The API's answer is not the job that its document promises.", McpErrorCode.InternalError);

    private static Dictionary<string, JsonElement> ArgumentsFor(JobPlan plan, string id, OperationTool tool)
    {
        // The id may have been a text or a number; the operation's schema decides the type to send.
        var schema = tool.Definition.InputSchema.GetProperty("properties").GetProperty(plan.Parameter);
        return new(StringComparer.Ordinal)
        {
            [plan.Parameter] = schema.Text("type") == "integer" && long.TryParse(id, out var number)
                ? JsonSerializer.SerializeToElement(number)
                : JsonSerializer.SerializeToElement(id),
        };
    }
}

/// <summary>The answer of an API about a job, and the job in it.</summary>
internal sealed record JobAnswer(OperationResult Answer, JobState? Job)
{
    /// <summary>Whether the API does not know the job, or no longer.</summary>
    public bool IsGone => Answer.Status is StatusCodes.Status404NotFound or StatusCodes.Status410Gone;
}
