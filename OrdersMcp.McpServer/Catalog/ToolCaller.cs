using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.McpServer.Confirmation;
using OrdersMcp.McpServer.Tasks;
using OrdersMcp.McpServer.Tools;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>Answers <c>tools/call</c>: finds the tool, calls it, and logs one line of it within its trace.</summary>
internal sealed partial class ToolCaller(
    ToolCatalog catalog, Confirmer confirmer, JobCaller jobs, TimeProvider time, ILogger<ToolCaller> logger)
{
    public async ValueTask<CallToolResult> CallAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        var call = request.Params;
        var snapshot = await catalog.GetAsync(cancellationToken);
        if (!snapshot.ToolsByName.TryGetValue(call.Name, out var tool))
        {
            throw new McpProtocolException(
                $"There is no tool '{call.Name}'. tools/list names those that there are.", McpErrorCode.InvalidParams);
        }

        var arguments = call.Arguments ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var started = time.GetTimestamp();
        var outcome = "failed";
        try
        {
            await using var progress = CallProgress.Start(request, tool.Job is not null, time, cancellationToken);
            var toolCall = new ToolCall(arguments, DeriveKey);
            if (tool.Confirmation is null && tool.Job is null)
            {
                var result = await tool.CallAsync(toolCall, cancellationToken);
                outcome = OutcomeOf(result);
                return result;
            }

            var (answer, notCalled) = tool.Confirmation is null
                ? new ConfirmedCall(await tool.AnswerAsync(toolCall, cancellationToken))
                : await confirmer.CallAsync(request, tool, toolCall, cancellationToken);
            var finished = await jobs.FinishAsync(request, tool, answer, progress, cancellationToken);
            outcome = notCalled ?? OutcomeOf(finished);
            return finished;
        }
        catch (InputRequiredException)
        {
            outcome = "asked for confirmation";
            throw;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            outcome = "was cancelled";
            throw;
        }
        finally
        {
            // Neither arguments nor results: they hold people's data.
            LogCall(tool.Definition.Name, outcome, time.GetElapsedTime(started).TotalMilliseconds);
        }

        string DeriveKey(string name) => IdempotencyKeys.Derive(
            request.User?.Identity?.Name, request.JsonRpcRequest.Id, call.Meta, name, JsonSerializer.Serialize(arguments));
    }

    private static string OutcomeOf(CallToolResult result) =>
        result.IsError is true ? "answered with an error" : "succeeded";

    [LoggerMessage(Level = LogLevel.Information, Message = "Tool {Tool} {Outcome} in {Milliseconds:0.0} ms")]
    private partial void LogCall(string tool, string outcome, double milliseconds);
}
