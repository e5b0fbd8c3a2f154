using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace OrdersMcp.OpenApiTools.Protocol;

/// <summary>
/// Answers <c>initialize</c> for an unsupported revision with the newest revision that has a handshake (MCP 2025-11-25,
/// basic/lifecycle, "Version Negotiation"), so that the client can decide whether to continue.
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
