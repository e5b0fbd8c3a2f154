using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Operations.Results;

namespace OrdersMcp.OpenApiTools.Tasks;

/// <summary>Waits for a job within the call that started it, for clients without task support.</summary>
internal sealed partial class JobFollower(IOptions<OpenApiToolsOptions> options, TimeProvider time, ILogger<JobFollower> logger)
{
    private const int MostFailures = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestCancelling = TimeSpan.FromSeconds(5);

    /// <summary>The result of the call: the outcome of the job, or its progress if the wait is too long.</summary>
    /// <exception cref="McpProtocolException">The API's answer is not a job.</exception>
    public async ValueTask<OperationResult> FollowAsync(
        OperationTool tool, Caller caller, JobState begun, OperationResult answer, CallProgress? progress, CancellationToken cancellationToken)
    {
        var plan = tool.Job!;
        var read = new JobAnswer(answer, begun);
        var started = time.GetTimestamp();
        var pause = FirstPause;
        var failures = 0;
        try
        {
            while (!read.Job!.IsOver)
            {
                if (time.GetElapsedTime(started) >= options.Value.LongestJobWait)
                {
                    return StillRunning(plan, read);
                }

                if (progress is not null)
                {
                    await progress.ReportAsync(read.Job, cancellationToken);
                }

                await Task.Delay(pause, time, cancellationToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                var next = await Jobs.ReadAsync(plan, begun.Id, caller, cancellationToken);
                if (next.Answer.Result.IsError is not true)
                {
                    read = next.Job is null ? throw Jobs.NoJob() : next;
                    failures = 0;
                }
                else if (!IsPassing(next.Answer.Status) || ++failures == MostFailures)
                {
                    return Lost(plan, begun.Id, next);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await CancelAsync(tool.Definition.Name, plan, begun.Id, caller);
            throw;
        }

        return Jobs.ResultOf(plan, tool.Definition.Title!, read);
    }

    /// <summary>The caller has left, so this tries to cancel the job, for a limited time.</summary>
    private async Task CancelAsync(string tool, JobPlan plan, string id, Caller caller)
    {
        if (plan.Cancel is null)
        {
            return;
        }

        using var limited = new CancellationTokenSource(LongestCancelling, time);
        try
        {
            var answer = await Jobs.CancelAsync(plan, id, caller, limited.Token);
            if (answer.Result.IsError is true && IsPassing(answer.Status))
            {
                LogNotCancelled(tool, answer.Status, exception: null);
            }
        }
        catch (Exception exception)
        {
            // The call still ends as before, and the job ends without help.
            LogNotCancelled(tool, status: null, exception);
        }
    }

    /// <summary>Whether the failure may be temporary: no response, too many requests, or a server error.</summary>
    private static bool IsPassing(int? status) => status is null or StatusCodes.Status429TooManyRequests or >= 500;

    private static OperationResult StillRunning(JobPlan plan, JobAnswer read)
    {
        var note = $"Note: the job is still running.{HowToRead(plan, read.Job!.Id)}";
        read.Answer.Result.Content.Insert(1, new TextContentBlock { Text = note });
        return read.Answer;
    }

    private static OperationResult Lost(JobPlan plan, string id, JobAnswer last) => ToolErrors.Error(last.Answer.Outcome, new JsonObject
    {
        ["title"] = last.IsGone ? "The job is gone" : "The job cannot be read",
        ["detail"] = last.IsGone
            ? "It was started, and the API no longer knows it. Call again to start a new one."
            : $"It was started and may still be running, but its state cannot be read now.{HowToRead(plan, id)}",
        [plan.Parameter] = id,
    });

    private static string HowToRead(JobPlan plan, string id) =>
        (plan.IsGetTool ? $" To read its state, call {plan.Get.Definition.Name} with {plan.Parameter} {id}." : "")
        + (plan.ResourceOf(id) is { } uri ? $" Once it has succeeded, read its result at {uri}." : "");

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The job of tool {Tool} could not be cancelled after its caller left (status {Status})")]
    private partial void LogNotCancelled(string tool, int? status, Exception? exception);
}
