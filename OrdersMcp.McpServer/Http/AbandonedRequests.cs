using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.McpServer.Protocol;

namespace OrdersMcp.McpServer.Http;

/// <summary>
/// Cancels a request of a session when its client goes away. Without a session the package does; with one it lets the
/// request go on for a client that comes back for the answer, which it can only with a store of events, and here is none.
/// </summary>
internal static class AbandonedRequests
{
    public static McpMessageHandler Receive(McpMessageHandler next) => (context, cancellationToken) =>
        context is { Server.SessionId: not null, JsonRpcMessage: JsonRpcRequest message } && message.HttpContext() is { } request
            ? ReceiveAsync(next, context, request.RequestAborted, cancellationToken)
            : next(context, cancellationToken);

    private static async Task ReceiveAsync(
        McpMessageHandler next, MessageContext context, CancellationToken aborted, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, cancellationToken);
        await next(context, either.Token);
    }
}
