using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Confirmation;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.OpenApiTools.Protocol;
using OrdersMcp.OpenApiTools.Tasks;
using OrdersMcp.OpenApiTools.Tools.Search;

namespace OrdersMcp.OpenApiTools.Tools;

/// <summary>Answers <c>tools/call</c>: finds the tool, calls it, and reports the outcome.</summary>
internal sealed class ToolCaller(ToolCatalog catalog, ToolSearch search, OwnTools own, Confirmer confirmer, JobCaller jobs, TimeProvider time)
{
    public async ValueTask<CallToolResult> CallAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        var call = request.Params;
        var observed = request.Observation();
        try
        {
            var inner = OwnTools.InnerOf(request.JsonRpcRequest);
            var snapshot = await catalog.GetAsync(cancellationToken);
            var tool = snapshot.ToolsByName.GetValueOrDefault(call.Name);
            if (own.Has(call.Name) && !(tool is not null && inner is { Problem: null }))
            {
                observed.OwnTool = call.Name;
                return observed.Answered(await OwnAsync(request, inner, snapshot));
            }

            if (tool is null && inner is not null)
            {
                return observed.Answered(await search.NotFoundAsync(request.User, snapshot, call.Name));
            }

            if (tool is null)
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
                answer.Result.Content.Add(new TextContentBlock { Text = "Note: arguments was a string and was read as a JSON object." });
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

    /// <summary>Answers a call of the server's tools. A call that can be unwrapped does not get here.</summary>
    private async ValueTask<OperationResult> OwnAsync(RequestContext<CallToolRequestParams> request, InnerCall? inner, CatalogSnapshot snapshot)
    {
        if (request.Params.Name == OwnTools.Call)
        {
            return ToolSearch.NoCall(inner?.Problem ?? $"{OwnTools.Call} does not call itself.");
        }

        return BrokenArguments.Of(request.JsonRpcRequest) is { } broken
            ? ToolErrors.InvalidArguments(broken)
            : await search.SearchAsync(request.User, snapshot, request.Params.Arguments ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal));
    }

    private static IdempotencyKey KeyOf(RequestContext<CallToolRequestParams> request, IDictionary<string, JsonElement> arguments) => IdempotencyKey.Derive(
        request.User?.Identity?.Name, request.JsonRpcRequest.Id, request.Params.Meta, request.Params.Name, JsonSerializer.Serialize(arguments));
}
