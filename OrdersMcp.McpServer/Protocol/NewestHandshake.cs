using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace OrdersMcp.McpServer.Protocol;

/// <summary>
/// Answers <c>initialize</c> of a revision that is not served with the newest one that has a handshake (MCP 2025-11-25,
/// basic/lifecycle, "Version Negotiation"): the client then knows whether it can go on.
/// </summary>
internal static class NewestHandshake
{
    public static McpMessageHandler Receive(McpMessageHandler next) => (context, cancellationToken) =>
    {
        if (context.JsonRpcMessage is JsonRpcRequest { Method: RequestMethods.Initialize, Params: JsonObject parameters }
            && !ProtocolVersions.Handshake.Contains(parameters["protocolVersion"].AsText()))
        {
            parameters["protocolVersion"] = ProtocolVersions.Handshake[^1];
        }

        return next(context, cancellationToken);
    };
}
