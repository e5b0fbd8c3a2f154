using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using OrdersMcp.Playground.Configuration;
using OrdersMcp.Playground.Models;
using OrdersMcp.Playground.Prompts;
using OrdersMcp.Playground.Telemetry;
using OrdersMcp.Playground.Tools;

namespace OrdersMcp.Playground.Conversations;

/// <summary>The loop of an agent: the model answers and calls tools until it is done, a person must decide, or a limit is reached.</summary>
internal sealed partial class ConversationLoop(
    ToolServers servers, IOptions<PlaygroundOptions> options, PlaygroundTelemetry telemetry, TimeProvider time, ILogger<ConversationLoop> logger)
{
    private readonly PlaygroundOptions _options = options.Value;

    /// <summary>Runs until the end, and always tells the reason. It throws only if the reader is gone.</summary>
    public async Task RunAsync(Conversation conversation, ChannelWriter<ChatEvent> events, CancellationToken cancellationToken)
    {
        var (model, caller) = (conversation.Model, conversation.Caller);
        using var activity = telemetry.StartAgent(model.Provider, model.Model);
        using var timer = new CancellationTokenSource(TimeSpan.FromSeconds(_options.Limits.Seconds), time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        var budget = new Budget(_options.Limits, model, _options.Currency);
        DoneEvent done;
        string? errorType = null;
        try
        {
            var trace = Activity.Current?.TraceId.ToString();
            var traceUrl = trace is null ? null : conversation.TraceUrl(trace);
            await events.WriteAsync(
                new StartEvent(trace, traceUrl, model.Id, model.Name, model.IsScripted, caller.Id), limited.Token);
            done = await RunAsync(conversation, budget, traceUrl, events, limited.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            telemetry.EndAgent(activity, model.Model, "stopped", budget.InputTokens, budget.OutputTokens, errorType);
            throw;
        }
        catch (Exception) when (timer.IsCancellationRequested)
        {
            done = budget.OutOfTime();
        }
        catch (Exception exception)
        {
            errorType = exception.GetType().FullName;
            var error = Describe(exception, model);
            await events.WriteAsync(error, cancellationToken);
            done = new DoneEvent("error", Limit: null, error.Title);
        }

        telemetry.EndAgent(activity, model.Model, done.Reason, budget.InputTokens, budget.OutputTokens, errorType);
        await events.WriteAsync(budget.ToEvent(), cancellationToken);
        await events.WriteAsync(done, cancellationToken);
    }

    private async Task<DoneEvent> RunAsync(
        Conversation conversation, Budget budget, string? traceUrl, ChannelWriter<ChatEvent> events, CancellationToken cancellationToken)
    {
        var server = await servers.ConnectAsync(conversation.Caller, cancellationToken);
        var tools = (await server.ListToolsAsync(cancellationToken)).ToDictionary(tool => tool.Name, StringComparer.Ordinal);
        var pages = new ResultPages(_options.Limits.ResultTokens);
        var round = new ToolRound(server, tools, pages, events, _options.Limits.ParallelToolCalls, traceUrl);
        var history = new History(conversation.Request.Messages!);
        var prompt = SystemPrompt.Write(time.GetUtcNow(), server.Instructions);
        var chat = new ChatOptions
        {
            ModelId = conversation.Model.IsScripted ? null : conversation.Model.Model,
            Tools = [.. tools.Values, ResultPages.Tool],
        };

        var (calls, answer) = (history.Pending, conversation.Request.Confirmation);
        while (true)
        {
            if (calls.Count > 0)
            {
                if (budget.BeforeCalls(calls.Count) is { } tooMany)
                {
                    return tooMany;
                }

                var (results, question) = await round.RunAsync(calls, answer, cancellationToken);
                answer = null;
                if (results.Count > 0)
                {
                    await AddAsync(new ChatTurn(ChatTurn.Tool, results));
                }

                if (question is not null)
                {
                    await events.WriteAsync(question, cancellationToken);
                    return new DoneEvent("confirmation", Limit: null, question.Message);
                }
            }

            var messages = history.ToMessages(prompt);
            var input = TokenEstimate.Of(messages, chat.Tools);
            if (budget.BeforeTurn(input) is { } spent)
            {
                return spent;
            }

            chat.MaxOutputTokens = budget.MostOutput;
            var response = await AskAsync(conversation.Model, messages, input, chat, budget, events, cancellationToken);
            await AddAsync(new ChatTurn(ChatTurn.Assistant, PartsOf(response)));
            calls = history.Pending;
            if (response.FinishReason == ChatFinishReason.Length)
            {
                return budget.OutOfOutput();
            }

            if (calls.Count == 0)
            {
                return response.FinishReason == ChatFinishReason.ContentFilter
                    ? new DoneEvent("stop", Limit: null, "The model declined to answer.")
                    : new DoneEvent("stop", Limit: null, Detail: null);
            }

            await events.WriteAsync(budget.ToEvent(), cancellationToken);
            await round.AnnounceAsync(calls, cancellationToken);
        }

        async Task AddAsync(ChatTurn turn)
        {
            history.Add(turn);
            await events.WriteAsync(new MessageEvent(turn.Role, turn.Parts), cancellationToken);
        }
    }

    /// <summary>
    /// One turn of the model, whose text is passed on as it comes. A turn that breaks off or is stopped counts too: the provider
    /// charges for what it read and wrote until then.
    /// </summary>
    private async Task<ChatResponse> AskAsync(
        PlaygroundModel model,
        List<ChatMessage> messages,
        long input,
        ChatOptions options,
        Budget budget,
        ChannelWriter<ChatEvent> events,
        CancellationToken cancellationToken)
    {
        var updates = new List<ChatResponseUpdate>();
        var isRefused = false;
        UsageDetails? usage = null;
        try
        {
            await foreach (var update in model.Client.GetStreamingResponseAsync(messages, options, cancellationToken))
            {
                updates.Add(update);
                if (update.Text is { Length: > 0 } text)
                {
                    await events.WriteAsync(new TextEvent(text), cancellationToken);
                }
            }

            var response = updates.ToChatResponse();
            usage = response.Usage;
            return response;
        }
        catch (ModelFailedException) when (updates.Count == 0)
        {
            isRefused = true;
            throw;
        }
        finally
        {
            if (!isRefused && budget.Add(usage?.InputTokenCount ?? input, usage?.OutputTokenCount ?? TokenEstimate.Of(updates)) is { } cost)
            {
                telemetry.AddCost(cost, model.Provider, model.Model);
            }
        }
    }

    private static List<ChatPart> PartsOf(ChatResponse response)
    {
        var parts = new List<ChatPart>();
        if (response.Text is { Length: > 0 } text)
        {
            parts.Add(new TextPart(text));
        }

        parts.AddRange(response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => new ToolCallPart(
            call.CallId, call.Name, call.Exception is null ? JsonSerializer.SerializeToNode(call.Arguments) as JsonObject : null)));
        if (parts.Count == 0)
        {
            parts.Add(new TextPart("(The model gave no answer.)"));
        }

        return parts;
    }

    private ErrorEvent Describe(Exception exception, PlaygroundModel model)
    {
        if (exception is ToolServerException unusable)
        {
            LogToolsFailed(unusable.Status, unusable.Message);
            return new ErrorEvent("The tools cannot be used", unusable.Message, unusable.Status, Retryable: unusable.Status != StatusCodes.Status403Forbidden);
        }

        if (exception is ModelFailedException { Failure: var failure })
        {
            LogModelFailed(model.Id, failure.Status, failure.Title);
            return new ErrorEvent(failure.Title, failure.Detail, failure.Status, failure.IsRetryable);
        }

        LogFailed(exception);
        return new ErrorEvent(
            "The playground failed", "This is a bug in the playground; its log has the details.", StatusCodes.Status500InternalServerError, Retryable: false);
    }

    [LoggerMessage(LogLevel.Warning, "The model {Model} did not answer ({Status}): {Title}")]
    private partial void LogModelFailed(string model, int status, string title);

    [LoggerMessage(LogLevel.Warning, "The MCP server cannot be used ({Status}): {Reason}")]
    private partial void LogToolsFailed(int status, string reason);

    [LoggerMessage(LogLevel.Error, "A conversation failed")]
    private partial void LogFailed(Exception exception);
}
