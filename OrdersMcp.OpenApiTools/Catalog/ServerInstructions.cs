using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using SdkServer = ModelContextProtocol.Server.McpServer;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>
/// The server's description of itself in <c>initialize</c> and <c>server/discover</c>: the current instructions of the
/// documents, and only the capabilities that it has for this client.
/// </summary>
/// <param name="catalog">Contains the instructions.</param>
/// <param name="lasts">Whether a connection of the handshake era lasts, so that the server can report changes.</param>
internal sealed class ServerInstructions(ToolCatalog catalog, Func<SdkServer, bool> lasts)
{
    /// <summary>Refuses requests that only the SDK supports. Makes a new client wait for the documents.</summary>
    public McpMessageHandler Receive(McpMessageHandler next) => (context, cancellationToken) =>
        context.JsonRpcMessage is JsonRpcRequest { Method: var method }
            ? method switch
            {
                RequestMethods.Initialize or RequestMethods.ServerDiscover => ReceiveFirstAsync(next, context, cancellationToken),
                "logging/setLevel" => throw new McpProtocolException(
                    "This server sends no log messages to clients, and does not advertise that it does.", McpErrorCode.MethodNotFound),
                RequestMethods.ResourcesSubscribe or RequestMethods.ResourcesUnsubscribe when !lasts(context.Server) => throw new McpProtocolException(
                    $"This request has no session, so {method} has no stream for changes. Start with initialize and send its Mcp-Session-Id, or use {RequestMethods.SubscriptionsListen} of protocol version 2026-07-28, or read the resource again.",
                    McpErrorCode.MethodNotFound),
                _ => next(context, cancellationToken),
            }
            : next(context, cancellationToken);

    public McpMessageHandler Send(McpMessageHandler next) => (context, cancellationToken) =>
    {
        if (context.JsonRpcMessage is JsonRpcResponse { Result: JsonObject result } && result["capabilities"] is JsonObject capabilities
            && (result.ContainsKey("protocolVersion") || result.ContainsKey("supportedVersions")))
        {
            // The SDK always advertises logging. The capability is deprecated, and logs go to OpenTelemetry.
            capabilities.Remove("logging");
            if (result.ContainsKey("protocolVersion"))
            {
                capabilities.Remove("extensions"); // only defined from 2026-07-28 on
                if (!lasts(context.Server))
                {
                    (capabilities["resources"] as JsonObject)?.Remove("subscribe");
                }
            }

            if (catalog.Current.Capabilities.Instructions is { } instructions)
            {
                result["instructions"] = instructions;
            }
        }

        return next(context, cancellationToken);
    };

    private async Task ReceiveFirstAsync(McpMessageHandler next, MessageContext context, CancellationToken cancellationToken)
    {
        // An unreachable API does not keep a client waiting: the handshake continues without the instructions, and tools/list
        // reports the problem.
        await catalog.TryAsync(cancellationToken);
        await next(context, cancellationToken);
    }
}
