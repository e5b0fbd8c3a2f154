using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using SdkServer = ModelContextProtocol.Server.McpServer;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>
/// What the server says of itself in <c>initialize</c> and <c>server/discover</c>: the instructions of the documents as
/// they are at that moment, and the capabilities that it has towards this client and no others.
/// </summary>
/// <param name="catalog">Has the instructions.</param>
/// <param name="lasts">Whether a connection of the handshake era lasts, so that it can be told of changes.</param>
internal sealed class ServerInstructions(ToolCatalog catalog, Func<SdkServer, bool> lasts)
{
    /// <summary>Refuses what the SDK would accept and nobody would act on; a client that begins waits for the documents.</summary>
    public McpMessageHandler Receive(McpMessageHandler next) => (context, cancellationToken) =>
        context.JsonRpcMessage is JsonRpcRequest { Method: var method }
            ? method switch
            {
                RequestMethods.Initialize or RequestMethods.ServerDiscover => ReceiveFirstAsync(next, context, cancellationToken),
                "logging/setLevel" => throw new McpProtocolException(
                    "This server sends no log messages to clients, and does not advertise that it does.", McpErrorCode.MethodNotFound),
                RequestMethods.ResourcesSubscribe or RequestMethods.ResourcesUnsubscribe when !lasts(context.Server) => throw new McpProtocolException(
                    $"This request is of no session, so that {method} could tell nobody. Begin with initialize and send its Mcp-Session-Id, or use {RequestMethods.SubscriptionsListen} of protocol version 2026-07-28, or read the resource again.",
                    McpErrorCode.MethodNotFound),
                _ => next(context, cancellationToken),
            }
            : next(context, cancellationToken);

    public McpMessageHandler Send(McpMessageHandler next) => (context, cancellationToken) =>
    {
        if (context.JsonRpcMessage is JsonRpcResponse { Result: JsonObject result } && result["capabilities"] is JsonObject capabilities
            && (result.ContainsKey("protocolVersion") || result.ContainsKey("supportedVersions")))
        {
            // The SDK has it always; the capability is deprecated, and logs go to OpenTelemetry.
            capabilities.Remove("logging");
            if (result.ContainsKey("protocolVersion"))
            {
                capabilities.Remove("extensions"); // of 2026-07-28 alone
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
        try
        {
            await catalog.GetAsync(cancellationToken);
        }
        catch (McpProtocolException)
        {
            // The documents are late: the handshake goes on without their instructions, and tools/list names the problem.
        }

        await next(context, cancellationToken);
    }
}
