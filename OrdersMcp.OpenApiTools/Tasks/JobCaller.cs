using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Tasks;

/// <summary>Finishes a call that started a job: with a task if the client supports it, or with the job's outcome.</summary>
internal sealed class JobCaller(TaskHandles handles, JobFollower follower, TimeProvider time)
{
    /// <summary>The result of the call. A task is stored in the request instead.</summary>
    public ValueTask<OperationResult> FinishAsync(
        RequestContext<CallToolRequestParams> request,
        OperationTool tool,
        Caller caller,
        OperationResult answer,
        CallProgress? progress,
        CancellationToken cancellationToken)
    {
        if (tool.Job is not { } plan || answer.Result.IsError is true || plan.Read(answer) is not { } job)
        {
            return ValueTask.FromResult(answer);
        }

        if (job.IsOver)
        {
            return ValueTask.FromResult(Jobs.ResultOf(plan, tool.Definition.Title!, new JobAnswer(answer, job)));
        }

        if (!TasksExtension.IsDeclared(request.JsonRpcRequest))
        {
            return follower.FollowAsync(tool, caller, job, answer, progress, cancellationToken);
        }

        var now = time.GetUtcNow();
        var handle = new TaskHandle(tool.Definition.Name, job.Id, (job.CreatedAt ?? now).ToUnixTimeMilliseconds(), CallTrace.Current);
        var task = TaskResult.Begun(handles.Make(handle, request.User.CallerName()), handle, job, now);
        TasksExtension.Answer(request, task);
        return ValueTask.FromResult(answer);
    }
}
