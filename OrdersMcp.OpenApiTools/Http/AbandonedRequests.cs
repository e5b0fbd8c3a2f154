using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>
/// Cancels a request of a session when its client disconnects. The SDK does this only without a session. With one it keeps
/// the request running so that the client can resume the stream, which needs an event store, and this server has none.
/// </summary>
internal static class AbandonedRequests
{
    public static McpMessageHandler Receive(McpMessageHandler next) => (context, cancellationToken) =>
        context is { Server.SessionId: not null, JsonRpcMessage: JsonRpcRequest message } && MessageSource.Of(message) is { } source
            ? ReceiveAsync(next, context, source.Aborted, cancellationToken)
            : next(context, cancellationToken);

    private static async Task ReceiveAsync(
        McpMessageHandler next, MessageContext context, CancellationToken aborted, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, cancellationToken);
        await next(context, either.Token);
    }
}
