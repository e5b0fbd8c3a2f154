using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.McpServer.Catalog;
using OrdersMcp.McpServer.Confirmation;
using OrdersMcp.McpServer.Operations;
using OrdersMcp.McpServer.Operations.Requests;
using OrdersMcp.McpServer.Operations.Results;
using OrdersMcp.McpServer.Protocol;
using OrdersMcp.McpServer.Tasks;

namespace OrdersMcp.McpServer.Tools;

/// <summary>Answers <c>tools/call</c>: finds the tool, calls it, and reports how that ended.</summary>
internal sealed class ToolCaller(ToolCatalog catalog, Confirmer confirmer, JobCaller jobs, TimeProvider time)
{
    public async ValueTask<CallToolResult> CallAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        var call = request.Params;
        var observed = request.Observation();
        try
        {
            var snapshot = await catalog.GetAsync(cancellationToken);
            if (!snapshot.ToolsByName.TryGetValue(call.Name, out var tool))
            {
                observed.NotFound();
                throw new McpProtocolException(
                    $"There is no tool '{call.Name}'. tools/list names all tools.", McpErrorCode.InvalidParams);
            }

            observed.Tool = tool;
            var arguments = call.Arguments ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            if (BrokenArguments.Of(request.JsonRpcRequest) is { } broken)
            {
                return observed.Answered(ToolErrors.InvalidArguments(broken));
            }

            await using var progress = CallProgress.Start(request, tool.Job is not null, time, cancellationToken);
            var toolCall = new ToolCall(arguments, tool.TakesKey ? KeyOf(request, arguments) : null, Caller.Of(request.JsonRpcRequest));
            var answer = tool.Confirmation is null
                ? await tool.CallAsync(toolCall, cancellationToken)
                : await confirmer.CallAsync(request, tool, toolCall, cancellationToken);
            if (ArgumentText.WasRead(request.JsonRpcRequest) && answer.Result.IsError is not true)
            {
                answer.Result.Content.Add(new TextContentBlock { Text = "Note: arguments was a text and was read as the JSON object that it holds." });
            }

            return observed.Answered(tool.Job is null
                ? answer
                : await jobs.FinishAsync(request, tool, toolCall.Caller, answer, progress, cancellationToken));
        }
        catch (Exception exception)
        {
            observed.Failed(exception, cancellationToken);
            throw;
        }
    }

    private static IdempotencyKey KeyOf(RequestContext<CallToolRequestParams> request, IDictionary<string, JsonElement> arguments) => IdempotencyKey.Derive(
        request.User?.Identity?.Name, request.JsonRpcRequest.Id, request.Params.Meta, request.Params.Name, JsonSerializer.Serialize(arguments));
}
