using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.McpServer.Telemetry;
using OrdersMcp.McpServer.Tools;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>Answers <c>tools/call</c>: finds the tool, calls it, and reports how that ended.</summary>
internal sealed class ToolCaller(ToolCatalog catalog)
{
    public async ValueTask<CallToolResult> CallAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        var call = request.Params;
        var observed = ObservedCall.Of(request);
        try
        {
            var snapshot = await catalog.GetAsync(cancellationToken);
            if (!snapshot.ToolsByName.TryGetValue(call.Name, out var tool))
            {
                observed.NotFound();
                throw new McpProtocolException(
                    $"There is no tool '{call.Name}'. tools/list names those that there are.", McpErrorCode.InvalidParams);
            }

            observed.Tool = tool;
            var arguments = call.Arguments ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            return observed.Answered(await tool.CallAsync(new ToolCall(arguments, DeriveKey), cancellationToken));

            string DeriveKey(string name) => IdempotencyKeys.Derive(
                request.User?.Identity?.Name, request.JsonRpcRequest.Id, call.Meta, name, JsonSerializer.Serialize(arguments));
        }
        catch (Exception exception)
        {
            observed.Failed(exception, cancellationToken);
            throw;
        }
    }
}
