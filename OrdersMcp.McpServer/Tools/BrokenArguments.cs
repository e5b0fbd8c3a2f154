using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.McpServer.Operations.Arguments;

namespace OrdersMcp.McpServer.Tools;

/// <summary>
/// Takes arguments with half a character out of a call before the SDK fails to read them, and keeps what is wrong for the answer
/// of the tool.
/// </summary>
internal static class BrokenArguments
{
    private const string Item = "ordersmcp.arguments.broken";

    public static McpMessageHandler Receive(McpMessageHandler next) => (context, cancellationToken) =>
    {
        if (context.JsonRpcMessage is JsonRpcRequest { Method: RequestMethods.ToolsCall, Params: JsonObject parameters } request
            && parameters["arguments"] is JsonObject arguments && WholeText.ProblemsIn(arguments) is { } report)
        {
            parameters["arguments"] = new JsonObject();
            request.Context ??= new JsonRpcMessageContext();
            request.Context.Items ??= new Dictionary<string, object?>(StringComparer.Ordinal);
            request.Context.Items[Item] = report;
        }

        return next(context, cancellationToken);
    };

    /// <summary>What is wrong with the arguments of a call; null where all could be read.</summary>
    public static ArgumentReport? Of(JsonRpcRequest request) =>
        request.Context?.Items?.TryGetValue(Item, out var report) is true ? (ArgumentReport?)report : null;
}
