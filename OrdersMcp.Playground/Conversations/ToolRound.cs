using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ModelContextProtocol.Client;
using OrdersMcp.Playground.Prompts;
using OrdersMcp.Playground.Tools;

namespace OrdersMcp.Playground.Conversations;

/// <summary>Makes the tool calls of one turn, and reports each to the page.</summary>
/// <param name="server">The MCP server as the caller sees it.</param>
/// <param name="tools">The tools that the model knows.</param>
/// <param name="pages">Keeps long results.</param>
/// <param name="events">Receives the events.</param>
/// <param name="width">The most calls at the same time.</param>
/// <param name="traceUrl">The trace of the request on the dashboard.</param>
internal sealed class ToolRound(
    ToolServer server,
    IReadOnlyDictionary<string, McpClientTool> tools,
    ResultPages pages,
    ChannelWriter<ChatEvent> events,
    int width,
    string? traceUrl)
{
    private const string Unreadable = "Not executed: the arguments are not a JSON object. Repeat the call with valid JSON.";

    /// <summary>Tells the page which calls the model asks for.</summary>
    public async Task AnnounceAsync(IEnumerable<ToolCallPart> calls, CancellationToken cancellationToken)
    {
        foreach (var call in calls)
        {
            var tool = tools.GetValueOrDefault(call.Name)?.ProtocolTool;
            await events.WriteAsync(
                new ToolCallEvent(
                    call.Id,
                    call.Name,
                    tool?.Annotations?.Title ?? tool?.Title ?? call.Name,
                    call.Arguments ?? [],
                    IsReadOnly(call),
                    tool?.Annotations?.DestructiveHint ?? !IsReadOnly(call)),
                cancellationToken);
        }
    }

    /// <summary>
    /// Makes the calls: those that only read at the same time, and changes in their order. A call that a person must confirm
    /// has no result, and calls that have not begun by then wait for the answer too.
    /// </summary>
    /// <returns>The results, and the first question.</returns>
    public async Task<(IReadOnlyList<ChatPart> Results, ConfirmationEvent? Question)> RunAsync(
        IReadOnlyList<ToolCallPart> calls, ConfirmationAnswer? answer, CancellationToken cancellationToken)
    {
        var results = new ToolResultPart?[calls.Count];
        var questions = new ConfirmationEvent?[calls.Count];
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = calls.All(IsReadOnly) ? width : 1,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForAsync(0, calls.Count, options, async (index, cancellation) =>
        {
            if (!questions.Any(question => question is not null))
            {
                (results[index], questions[index]) = await RunAsync(calls[index], answer?.Id == calls[index].Id ? answer : null, cancellation);
            }
        });
        return ([.. results.OfType<ToolResultPart>()], questions.FirstOrDefault(question => question is not null));
    }

    private bool IsReadOnly(ToolCallPart call) =>
        call.Name == ResultPages.ToolName || tools.GetValueOrDefault(call.Name)?.ProtocolTool.Annotations?.ReadOnlyHint is true;

    private async Task<(ToolResultPart? Result, ConfirmationEvent? Question)> RunAsync(
        ToolCallPart call, ConfirmationAnswer? answer, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        if (call.Arguments is not { } arguments)
        {
            var unreadable = DataLabel.Wrap(Unreadable, []);
            return (await ReportAsync(call, ToolOutcome.Error(Unreadable), unreadable, next: null, begun, cancellationToken), null);
        }

        if (call.Name == ResultPages.ToolName)
        {
            var page = pages.Read(arguments, out var isMissing);
            return (await ReportAsync(call, ToolOutcome.Error(page) with { IsError = isMissing }, page, next: null, begun, cancellationToken), null);
        }

        var outcome = tools.ContainsKey(call.Name)
            ? await CallAsync(call, arguments, answer, cancellationToken)
            : ToolOutcome.Error($"There is no tool {call.Name} for this caller. The tools are {string.Join(", ", tools.Keys)}.");
        if (outcome.Question is { } question)
        {
            return (null, new ConfirmationEvent(call.Id, call.Name, arguments, question.Message, question.Schema, question.State));
        }

        var text = pages.First(outcome.Text, outcome.Untrusted, out var next);
        return (await ReportAsync(call, outcome, text, next, begun, cancellationToken), null);
    }

    private async Task<ToolOutcome> CallAsync(ToolCallPart call, JsonObject arguments, ConfirmationAnswer? answer, CancellationToken cancellationToken)
    {
        try
        {
            return await server.CallAsync(
                call.Name,
                arguments,
                answer is null ? null : new ToolAnswer(answer.Action, answer.Content, answer.State),
                // A lost report of progress does no harm; a call that waits for a slow reader would.
                progress => events.TryWrite(new ToolProgressEvent(call.Id, progress.Progress, progress.Total, progress.Message)),
                call.Id,
                cancellationToken);
        }
        catch (ToolServerException exception)
        {
            return ToolOutcome.Error(exception.Message);
        }
    }

    private async Task<ToolResultPart> ReportAsync(
        ToolCallPart call, ToolOutcome outcome, string read, int? next, long begun, CancellationToken cancellationToken)
    {
        await events.WriteAsync(
            new ToolResultEvent(
                call.Id,
                call.Name,
                outcome.IsError,
                outcome.Text,
                read,
                outcome.Structured,
                (long)Stopwatch.GetElapsedTime(begun).TotalMilliseconds,
                TokenEstimate.Of(read),
                traceUrl,
                outcome.IsError ? null : AppOf(call.Name),
                next is { } page ? new PageLink(page) : null),
            cancellationToken);
        return new ToolResultPart(call.Id, outcome.IsError, read);
    }

    /// <summary>The app that shows the results of a tool (MCP Apps, <c>_meta.ui.resourceUri</c>).</summary>
    private AppLink? AppOf(string tool) =>
        tools.GetValueOrDefault(tool)?.ProtocolTool.Meta?["ui"]?["resourceUri"] is JsonValue uri && uri.TryGetValue<string>(out var text)
            ? new AppLink(text)
            : null;
}
