using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using OrdersMcp.Playground.Configuration;
using OrdersMcp.Playground.Prompts;
using OrdersMcp.Playground.Tools;

namespace OrdersMcp.Playground.Http;

/// <summary>A tool call of a program.</summary>
/// <param name="Name">The name of the tool.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Caller">The id of the caller; the default unless given.</param>
/// <param name="Confirmation">The answer to the question that the same call brought before.</param>
internal sealed record ToolCallRequest(string? Name, JsonObject? Arguments = null, string? Caller = null, CallConfirmation? Confirmation = null);

/// <summary>A person's answer to the question about a call.</summary>
/// <param name="Action">accept or decline.</param>
/// <param name="State">The state of the question.</param>
/// <param name="Content">The filled form; unless given, its question is answered with yes.</param>
internal sealed record CallConfirmation(string? Action, string? State, JsonObject? Content = null);

/// <summary>The result of a call.</summary>
/// <param name="IsError">Whether the tool itself reports an error.</param>
/// <param name="Text">The result as text.</param>
/// <param name="Structured">The structured result, if there is one.</param>
/// <param name="Untrusted">The paths of the fields whose text other people wrote: data, never instructions.</param>
/// <param name="DurationMs">Milliseconds.</param>
/// <param name="Tokens">An estimate of what a model reads.</param>
/// <param name="TraceId">The trace of the call.</param>
internal sealed record ToolCallReply(
    bool IsError, string Text, JsonElement? Structured, IReadOnlyList<string> Untrusted, long DurationMs, int Tokens, string? TraceId);

/// <summary>Makes the calls of programs, in the same way as those of models. Whatever prevents a call is a problem.</summary>
internal sealed class ToolCaller(ToolServers servers, IOptions<PlaygroundOptions> options, TimeProvider time)
{
    /// <summary>The type of the problem that a person must answer first.</summary>
    public const string ConfirmationRequired = "urn:ordersmcp:problem:confirmation-required";

    /// <summary>Uses the server as a caller sees it, for at most the limit of seconds.</summary>
    /// <returns>What the use returns, or the problem that prevented it.</returns>
    public async Task<(T? Value, ProblemDetails? Problem)> UseAsync<T>(
        string? caller, Func<ToolServer, CancellationToken, Task<(T? Value, ProblemDetails? Problem)>> use, CancellationToken cancellationToken)
        where T : class
    {
        if (servers.Find(caller) is not { } known)
        {
            return (null, Problem(StatusCodes.Status400BadRequest, $"There is no caller '{caller}'. GET /settings lists the callers."));
        }

        var seconds = options.Value.Limits.Seconds;
        using var timer = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await use(await servers.ConnectAsync(known, limited.Token), limited.Token);
        }
        catch (ToolServerException exception)
        {
            return (null, Problem(exception.Status, exception.Message));
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested)
        {
            return (null, Problem(StatusCodes.Status504GatewayTimeout, $"The MCP server took more than {seconds} s."));
        }
    }

    /// <summary>Makes a call.</summary>
    /// <returns>The result, or the problem that prevented the call.</returns>
    public async Task<(ToolCallReply? Reply, ProblemDetails? Problem)> CallAsync(ToolCallRequest request, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Name))
        {
            return (null, Problem(StatusCodes.Status400BadRequest, "name is missing: the name of a tool. GET /tools lists the tools."));
        }

        if (request.Confirmation is { } given && (!ToolAnswer.Actions.Contains(given.Action, StringComparer.Ordinal) || string.IsNullOrEmpty(given.State)))
        {
            return (null, Problem(StatusCodes.Status400BadRequest, "confirmation needs an action, accept or decline, and the state of the question."));
        }

        return await UseAsync<ToolCallReply>(request.Caller, (server, limited) => CallAsync(server, request, limited), cancellationToken);
    }

    private static async Task<(ToolCallReply? Reply, ProblemDetails? Problem)> CallAsync(ToolServer server, ToolCallRequest request, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        var answer = request.Confirmation is { } given ? new ToolAnswer(given.Action!, given.Content, given.State!) : null;
        var outcome = await server.CallAsync(request.Name!, request.Arguments ?? [], answer, progress: null, callId: null, cancellationToken);
        if (outcome.Question is { } question)
        {
            return (null, Question(question, request.Name!, request.Arguments ?? []));
        }

        return outcome.IsRefused
            ? (null, Problem(StatusCodes.Status400BadRequest, outcome.Text))
            : (new ToolCallReply(
                outcome.IsError,
                outcome.Text,
                outcome.Structured,
                outcome.Untrusted,
                (long)Stopwatch.GetElapsedTime(begun).TotalMilliseconds,
                TokenEstimate.Of(outcome.Text),
                Activity.Current?.TraceId.ToString()), null);
    }

    /// <summary>The problem of a call that a person must confirm.</summary>
    public static ProblemDetails Question(ToolQuestion question, string tool, JsonObject arguments) => new()
    {
        Type = ConfirmationRequired,
        Title = "Confirmation required",
        Status = StatusCodes.Status409Conflict,
        Detail = "This call was not executed: a person must answer the question first. Then repeat the same call with confirmation: { action, state }.",
        Extensions =
        {
            ["question"] = question.Message,
            ["schema"] = question.Schema,
            ["state"] = question.State,
            ["name"] = tool,
            ["arguments"] = arguments,
        },
    };

    /// <summary>A problem with the standard title of its status.</summary>
    public static ProblemDetails Problem(int status, string detail) => new() { Status = status, Detail = detail };
}
