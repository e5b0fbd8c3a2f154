using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using OrdersMcp.Playground.Configuration;
using OrdersMcp.Playground.Conversations;
using OrdersMcp.Playground.Models;
using OrdersMcp.Playground.Prompts;
using OrdersMcp.Playground.Telemetry;
using OrdersMcp.Playground.Tools;

namespace OrdersMcp.Playground.Http;

/// <summary>A prompt for a model alone.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Model">The id of the model; the default unless given.</param>
/// <param name="System">Instructions for the model.</param>
internal sealed record GenerateRequest(string? Prompt, string? Model = null, string? System = null);

/// <summary>The answer of a model.</summary>
internal sealed record GenerateReply(string Text, string Model, string? FinishReason, long? InputTokens, long? OutputTokens, decimal? Cost, string? TraceId);

/// <summary>A question for a model with tools.</summary>
/// <param name="Question">The question.</param>
/// <param name="Caller">The id of the caller; the default unless given.</param>
/// <param name="Model">The id of the model; the default unless given.</param>
internal sealed record AnalyzeRequest(string? Question, string? Caller = null, string? Model = null);

/// <summary>A tool call that a model made.</summary>
internal sealed record AnalyzedCall(string Name, JsonObject Arguments, bool IsError, long DurationMs, int Tokens);

/// <summary>The answer of a model with tools.</summary>
/// <param name="Text">The text of all turns.</param>
/// <param name="ToolCalls">The calls in the order of their results.</param>
/// <param name="Usage">What it used.</param>
/// <param name="Reason">stop or limit.</param>
/// <param name="Limit">The limit that ended it.</param>
/// <param name="Model">The id of the model.</param>
/// <param name="TraceId">The trace.</param>
internal sealed record AnalyzeReply(
    string Text, IReadOnlyList<AnalyzedCall> ToolCalls, UsageEvent? Usage, string Reason, string? Limit, string Model, string? TraceId);

/// <summary>Questions of programs that take one JSON answer: <c>POST /generate</c> and <c>POST /analyze</c>.</summary>
internal static class QuestionEndpoints
{
    private const int LongestPrompt = 100_000;

    public static void MapQuestions(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("").WithTags("Chat").RequireRateLimiting(HttpExtensions.Conversations);
        group.MapPost("/generate", GenerateAsync)
            .WithName("generate")
            .WithSummary("Returns one answer of a model, without tools")
            .ProducesCallProblems();
        group.MapPost("/analyze", AnalyzeAsync)
            .WithName("analyze")
            .WithSummary("Returns the answer of a model that calls tools")
            .WithDescription("A call that a person must confirm ends it with 409 and the question. To make the call, answer it with executeTool. "
                + "A problem lists in toolCalls the calls that were made before it.")
            .ProducesCallProblems();
    }

    private static async Task<Results<Ok<GenerateReply>, ProblemHttpResult>> GenerateAsync(
        GenerateRequest request,
        ModelCatalog models,
        IOptions<PlaygroundOptions> options,
        PlaygroundTelemetry telemetry,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if ((ProblemOf(request.Prompt, "prompt") ?? ProblemOf(request.System ?? "-", "system")) is { } wrong)
        {
            return TypedResults.Problem(wrong);
        }

        if (models.Find(request.Model) is not { } model)
        {
            return TypedResults.Problem(ToolCaller.Problem(StatusCodes.Status400BadRequest, $"There is no model '{request.Model}'. GET /settings lists the models."));
        }

        var limits = options.Value.Limits;
        using var timer = new CancellationTokenSource(TimeSpan.FromSeconds(limits.Seconds), time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        ChatMessage[] messages = string.IsNullOrWhiteSpace(request.System)
            ? [new(ChatRole.User, request.Prompt)]
            : [new(ChatRole.System, request.System), new(ChatRole.User, request.Prompt)];
        var budget = new Budget(limits, model, options.Value.Currency);
        var estimate = TokenEstimate.Of(messages, []);
        if (budget.BeforeTurn(estimate) is { Detail: { } tooMuch })
        {
            return TypedResults.Problem(ToolCaller.Problem(StatusCodes.Status400BadRequest, tooMuch));
        }

        try
        {
            var response = await model.Client.GetResponseAsync(messages, new ChatOptions { MaxOutputTokens = budget.MostOutput }, limited.Token);
            var (input, output) = (response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount);
            var cost = budget.Add(input ?? estimate, output ?? TokenEstimate.Of(response.Text));
            if (cost is { } amount)
            {
                telemetry.AddCost(amount, model.Provider, model.Model);
            }

            return TypedResults.Ok(new GenerateReply(response.Text, model.Id, response.FinishReason?.Value, input, output, cost, Activity.Current?.TraceId.ToString()));
        }
        catch (Exception) when (timer.IsCancellationRequested)
        {
            return TypedResults.Problem(ToolCaller.Problem(StatusCodes.Status504GatewayTimeout, $"{model.Name} took more than {limits.Seconds} s."));
        }
        catch (ModelFailedException exception)
        {
            var failure = exception.Failure;
            return TypedResults.Problem(Problem(failure.Title, failure.Detail, failure.Status, failure.IsRetryable));
        }
    }

    private static async Task<Results<Ok<AnalyzeReply>, ProblemHttpResult>> AnalyzeAsync(
        AnalyzeRequest request, ConversationRunner runner, CancellationToken cancellationToken)
    {
        if (ProblemOf(request.Question, "question") is { } wrong)
        {
            return TypedResults.Problem(wrong);
        }

        var chat = new ChatRequest([new ChatTurn(ChatTurn.User, [new TextPart(request.Question!)])], request.Model, request.Caller);
        if (runner.Prepare(chat, out var problem) is not { } conversation)
        {
            return TypedResults.Problem(ToolCaller.Problem(StatusCodes.Status400BadRequest, problem));
        }

        var text = new StringBuilder();
        var asked = new Dictionary<string, ToolCallEvent>(StringComparer.Ordinal);
        var calls = new List<AnalyzedCall>();
        var hasChanged = false;
        (StartEvent? Start, UsageEvent? Usage, DoneEvent? Done) seen = default;
        await foreach (var each in runner.RunAsync(conversation, cancellationToken))
        {
            switch (each)
            {
                case StartEvent start:
                    seen.Start = start;
                    break;
                case TextEvent { Delta: var delta }:
                    text.Append(delta);
                    break;
                case MessageEvent { Role: ChatTurn.Assistant }:
                    text.Append("\n\n");
                    break;
                case ToolCallEvent call:
                    asked[call.Id] = call;
                    break;
                case ToolResultEvent result:
                    var made = asked[result.Id];
                    hasChanged |= !made.ReadOnly;
                    calls.Add(new AnalyzedCall(result.Tool, made.Arguments, result.IsError, result.DurationMs, result.Tokens));
                    break;
                case UsageEvent usage:
                    seen.Usage = usage;
                    break;
                case ConfirmationEvent question:
                    return TypedResults.Problem(After(calls, ToolCaller.Question(
                        new ToolQuestion(question.Message, question.Schema, question.State), question.Tool, question.Arguments)));
                case ErrorEvent error:
                    // Asking again would make the changes again.
                    return TypedResults.Problem(After(calls, Problem(error.Title, error.Detail, error.Status, error.Retryable && !hasChanged)));
                case DoneEvent done:
                    seen.Done = done;
                    break;
            }
        }

        return TypedResults.Ok(new AnalyzeReply(
            text.ToString().Trim(), calls, seen.Usage, seen.Done?.Reason ?? "stop", seen.Done?.Limit, conversation.Model.Id, seen.Start?.TraceId));
    }

    /// <summary>Adds the calls that were made: some of them may have changed something.</summary>
    private static ProblemDetails After(IReadOnlyList<AnalyzedCall> calls, ProblemDetails problem)
    {
        problem.Extensions["toolCalls"] = calls;
        return problem;
    }

    private static ProblemDetails? ProblemOf(string? text, string name) =>
        string.IsNullOrWhiteSpace(text) ? ToolCaller.Problem(StatusCodes.Status400BadRequest, $"{name} is missing.")
        : text.Length > LongestPrompt ? ToolCaller.Problem(StatusCodes.Status400BadRequest, $"{name} has more than {LongestPrompt} characters.")
        : null;

    /// <summary>
    /// A failure behind the playground. The provider's 401 says nothing about this request's caller, so only 429 and failures
    /// of servers keep their status.
    /// </summary>
    private static ProblemDetails Problem(string title, string detail, int status, bool isRetryable) => new()
    {
        Title = title,
        Detail = detail,
        Status = status is StatusCodes.Status429TooManyRequests or StatusCodes.Status500InternalServerError or StatusCodes.Status503ServiceUnavailable
            ? status
            : StatusCodes.Status502BadGateway,
        Extensions = { ["providerStatus"] = status, ["retryable"] = isRetryable },
    };
}
