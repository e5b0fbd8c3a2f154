using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.OpenApiTools.Operations.Arguments;

namespace OrdersMcp.OpenApiTools.Tools;

/// <summary>
/// Removes arguments with lone surrogates from a call before the SDK fails to read them, and keeps the problems for the
/// answer of the tool.
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

    /// <summary>The problems of a call's arguments; null if all could be read.</summary>
    public static ArgumentReport? Of(JsonRpcRequest request) =>
        request.Context?.Items?.TryGetValue(Item, out var report) is true ? (ArgumentReport?)report : null;
}
