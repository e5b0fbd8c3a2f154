using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using OrdersMcp.Playground.Configuration;

namespace OrdersMcp.Playground.Http;

/// <summary>The state of a call in the background.</summary>
internal enum CallState
{
    /// <summary>The call runs.</summary>
    Working,

    /// <summary>There is a result.</summary>
    Completed,

    /// <summary>The call could not be made; the problem says why.</summary>
    Failed,
}

/// <summary>A call in the background.</summary>
/// <param name="Id">The id.</param>
/// <param name="Tool">The name of the tool.</param>
/// <param name="Status">working, completed or failed.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="ExpiresAt">When it is forgotten; null while it runs.</param>
/// <param name="Result">The result.</param>
/// <param name="Problem">Why the call could not be made.</param>
internal sealed record CallTask(
    string Id, string Tool, CallState Status, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, ToolCallReply? Result, ProblemDetails? Problem);

/// <summary>The calls in the background. Their number is bounded, and each result is kept for a while.</summary>
internal sealed partial class CallTasks(
    ToolCaller tools, IOptions<PlaygroundOptions> options, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<CallTasks> logger)
{
    private readonly ConcurrentDictionary<string, CallTask> _tasks = new(StringComparer.Ordinal);
    private readonly Lock _starting = new();
    private readonly LimitOptions _limits = options.Value.Limits;

    /// <summary>Starts a call.</summary>
    /// <returns>The call; null if there are too many.</returns>
    public CallTask? Start(ToolCallRequest request)
    {
        CallTask task;
        lock (_starting)
        {
            Forget();
            if (_tasks.Count >= _limits.Tasks)
            {
                return null;
            }

            var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            task = new CallTask(id, request.Name ?? "", CallState.Working, time.GetUtcNow(), ExpiresAt: null, Result: null, Problem: null);
            _tasks[id] = task;
        }

        _ = RunAsync(task, request);
        return task;
    }

    /// <summary>A call by its id; null if there is none, or it is forgotten.</summary>
    public CallTask? Find(string id) =>
        _tasks.TryGetValue(id, out var task) && !IsExpired(task) ? task : null;

    private async Task RunAsync(CallTask task, ToolCallRequest request)
    {
        await Task.Yield(); // the answer to the caller comes first
        ToolCallReply? reply = null;
        ProblemDetails? problem;
        try
        {
            (reply, problem) = await tools.CallAsync(request, lifetime.ApplicationStopping);
        }
        catch (Exception exception)
        {
            // No request is left to answer with it: whoever asks for the task sees it.
            LogFailed(exception, task.Tool);
            problem = ToolCaller.Problem(StatusCodes.Status500InternalServerError, $"The call failed: {exception.GetType().Name}.");
        }

        _tasks[task.Id] = task with
        {
            Status = reply is null ? CallState.Failed : CallState.Completed,
            ExpiresAt = time.GetUtcNow().AddMinutes(_limits.TaskMinutes),
            Result = reply,
            Problem = problem,
        };
    }

    [LoggerMessage(LogLevel.Error, "A call of {Tool} in the background failed")]
    private partial void LogFailed(Exception exception, string tool);

    private bool IsExpired(CallTask task) => task.ExpiresAt <= time.GetUtcNow();

    private void Forget()
    {
        foreach (var task in _tasks.Values.Where(IsExpired))
        {
            _tasks.TryRemove(task.Id, out _);
        }
    }
}
