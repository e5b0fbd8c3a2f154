using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace OrdersMcp.McpServer.Confirmation;

/// <summary>What the client of a request can do.</summary>
internal static class ClientAbilities
{
    /// <summary>
    /// Whether it can put a question to a person: it takes forms, and the answer can come back. In the handshake era
    /// that needs a connection that lasts, which stdio is, and a session.
    /// </summary>
    public static bool CanBeAsked(RequestContext<CallToolRequestParams> request) =>
        request.Server.IsMrtrSupported && CapabilitiesOf(request)?.Elicitation is { } elicitation
        // None named is forms (MCP 2026-07-28, client/elicitation, "Capabilities").
        && (elicitation.Form is not null || elicitation.Url is null);

    /// <summary>Those of the request itself (2026-07-28), else those of the handshake.</summary>
    private static ClientCapabilities? CapabilitiesOf(RequestContext<CallToolRequestParams> request) =>
        request.JsonRpcRequest.Context?.ClientCapabilities ?? request.Server.ClientCapabilities;
}
