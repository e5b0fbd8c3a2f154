using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Tasks;

/// <summary>
/// Answers <c>tasks/get</c>, <c>tasks/update</c> and <c>tasks/cancel</c> (SEP-2663) from the jobs of the APIs.
/// </summary>
internal sealed class TaskRequests(ToolCatalog catalog, TaskHandles handles, TimeProvider time)
{
    public async ValueTask<JsonNode?> GetAsync(JsonRpcRequest request, CancellationToken cancellationToken)
    {
        var task = await FindAsync(request, cancellationToken);
        var read = await Jobs.ReadAsync(task.Tool.Job!, task.Handle.Job, Caller.Of(request), cancellationToken);
        ThrowIfUnreadable(read);
        var result = TaskResult.Of(
            task.Id, task.Handle, task.Tool.Definition.Title!, task.Tool.Job!, read, time.GetUtcNow());
        return JsonSerializer.SerializeToNode(result, TaskJson.Default.TaskResult);
    }

    /// <summary>These tasks never request input, so this ignores all responses.</summary>
    public async ValueTask<JsonNode?> UpdateAsync(JsonRpcRequest request, CancellationToken cancellationToken)
    {
        var task = await FindAsync(request, cancellationToken);
        if ((request.Params as JsonObject)?["inputResponses"] is not JsonObject)
        {
            throw new McpProtocolException("params.inputResponses must be an object.", McpErrorCode.InvalidParams);
        }

        ThrowIfUnreadable(await Jobs.ReadAsync(task.Tool.Job!, task.Handle.Job, Caller.Of(request), cancellationToken));
        return Acknowledgement();
    }

    /// <summary>A finished job stays unchanged, and that is acknowledged too.</summary>
    public async ValueTask<JsonNode?> CancelAsync(JsonRpcRequest request, CancellationToken cancellationToken)
    {
        var task = await FindAsync(request, cancellationToken);
        var plan = task.Tool.Job!;
        if (plan.Cancel is null)
        {
            ThrowIfUnreadable(await Jobs.ReadAsync(plan, task.Handle.Job, Caller.Of(request), cancellationToken));
            return Acknowledgement();
        }

        var answer = await Jobs.CancelAsync(plan, task.Handle.Job, Caller.Of(request), cancellationToken);
        if (answer.Status != StatusCodes.Status409Conflict)
        {
            ThrowIfUnreadable(new JobAnswer(answer, Job: null));
        }

        return Acknowledgement();
    }

    private async ValueTask<(string Id, TaskHandle Handle, OperationTool Tool)> FindAsync(
        JsonRpcRequest request, CancellationToken cancellationToken)
    {
        if (request.Context?.ProtocolVersion != ProtocolVersions.PerRequest)
        {
            throw new McpProtocolException(
                $"'{request.Method}' belongs to protocol version {ProtocolVersions.PerRequest}.",
                McpErrorCode.MethodNotFound);
        }

        TasksExtension.ThrowIfUndeclared(request, request.Method);
        if ((request.Params as JsonObject)?["taskId"].AsText() is not { } id)
        {
            throw new McpProtocolException("params.taskId must be a string.", McpErrorCode.InvalidParams);
        }

        var snapshot = await catalog.GetAsync(cancellationToken);
        if (handles.Read(id, request.Context.User.CallerName()) is not { } handle
            || !snapshot.ToolsByName.TryGetValue(handle.Tool, out var tool) || tool.Job is null)
        {
            throw new McpProtocolException(
                "There is no task of this caller with this taskId.", McpErrorCode.InvalidParams);
        }

        CallTrace.Link(handle.Trace);
        return (id, handle, tool);
    }

    /// <exception cref="McpProtocolException">The API did not return the job.</exception>
    private static void ThrowIfUnreadable(JobAnswer read)
    {
        if (read.IsGone)
        {
            throw new McpProtocolException(
                "The task has expired: the API no longer knows its job.", McpErrorCode.InvalidParams);
        }

        if (read.Answer.Result.IsError is true || read.Answer.Json().ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
        {
            var detail = read.Answer.Json().Text("detail");
            throw new McpProtocolException(
                $"The state of the task cannot be read now; try again in a few seconds. {detail}".TrimEnd(),
                McpErrorCode.InternalError);
        }
    }

    private static JsonObject Acknowledgement() => new() { ["resultType"] = "complete" };
}
