using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.OpenApi;
using OrdersMcp.McpServer.Operations;
using OrdersMcp.McpServer.Operations.Requests;
using OrdersMcp.McpServer.Operations.Results;

namespace OrdersMcp.McpServer.Tasks;

/// <summary>Reads jobs, and tells what came of them.</summary>
internal static class Jobs
{
    /// <summary>Reads a job.</summary>
    /// <returns>What the API said; the job is null where it said something else.</returns>
    public static async ValueTask<JobAnswer> ReadAsync(JobPlan plan, string id, Caller caller, CancellationToken cancellationToken)
    {
        var call = new ToolCall(ArgumentsFor(plan, id, plan.Get), Key: null, caller);
        var answer = await plan.Get.CallAsync(call, cancellationToken);
        return new JobAnswer(answer, answer.Result.IsError is true ? null : plan.Read(answer));
    }

    /// <summary>Asks the API to cancel a job.</summary>
    public static ValueTask<OperationResult> CancelAsync(JobPlan plan, string id, Caller caller, CancellationToken cancellationToken) =>
        plan.Cancel!.CallAsync(new ToolCall(ArgumentsFor(plan, id, plan.Cancel), Key: null, caller), cancellationToken);

    /// <summary>The result of the call that began a job which is over.</summary>
    /// <exception cref="McpProtocolException">The API's answer is no job.</exception>
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
            // Before the notes on the answer, so that clients find it behind the job.
            read.Answer.Result.Content.Insert(1, new ResourceLinkBlock { Uri = uri, Name = job.Id, Title = title });
        }

        return read.Answer;
    }

    /// <summary>What a server says that cannot make sense of its API.</summary>
    public static McpProtocolException NoJob() =>
        new("The API's answer is not the job that its document promises.", McpErrorCode.InternalError);

    private static Dictionary<string, JsonElement> ArgumentsFor(JobPlan plan, string id, OperationTool tool)
    {
        // The id was a text or a number when it came; what the operation takes is read from either.
        var schema = tool.Definition.InputSchema.GetProperty("properties").GetProperty(plan.Parameter);
        return new(StringComparer.Ordinal)
        {
            [plan.Parameter] = schema.Text("type") == "integer" && long.TryParse(id, out var number)
                ? JsonSerializer.SerializeToElement(number)
                : JsonSerializer.SerializeToElement(id),
        };
    }
}

/// <summary>What an API said of a job, and the job in it.</summary>
internal sealed record JobAnswer(OperationResult Answer, JobState? Job)
{
    /// <summary>Whether the API does not know the job, or no longer.</summary>
    public bool IsGone => Answer.Status is StatusCodes.Status404NotFound or StatusCodes.Status410Gone;
}
