using Microsoft.AspNetCore.Http.HttpResults;

namespace OrdersMcp.Playground.Http;

/// <summary>Tool calls in the background, for programs that do not wait.</summary>
internal static class TaskEndpoints
{
    public static void MapTasks(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("").WithTags("Tools");
        group.MapPost("/tools/execute/async", Start)
            .WithName("startTool")
            .WithSummary("Calls a tool in the background")
            .WithDescription("The header Location says where the result will be.")
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        group.MapGet("/tasks/{id}", Read)
            .WithName("getTask")
            .WithSummary("Returns a call in the background, with its result once it has one")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static Results<Accepted<CallTask>, ProblemHttpResult> Start(ToolCallRequest request, CallTasks tasks, HttpResponse response)
    {
        if (tasks.Start(request) is not { } task)
        {
            response.Headers.RetryAfter = "60";
            return TypedResults.Problem(statusCode: StatusCodes.Status429TooManyRequests, detail: "Too many calls are running or waiting to be read. Try again later.");
        }

        return TypedResults.Accepted($"/tasks/{task.Id}", task);
    }

    private static Results<Ok<CallTask>, ProblemHttpResult> Read(string id, CallTasks tasks) =>
        tasks.Find(id) is { } task
            ? TypedResults.Ok(task)
            : TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, detail: "There is no such task, or its result is no longer kept.");
}
