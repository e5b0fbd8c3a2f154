using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace OrdersMcp.OpenApiTools.Confirmation;

/// <summary>The abilities of a request's client.</summary>
internal static class ClientAbilities
{
    /// <summary>
    /// Whether the client can ask a person: it supports forms, and the answer can come back. In the handshake era that
    /// needs a lasting connection: stdio or a session.
    /// </summary>
    public static bool CanBeAsked(RequestContext<CallToolRequestParams> request) =>
        request.Server.IsMrtrSupported && CapabilitiesOf(request)?.Elicitation is { } elicitation
        // If no mode is named, forms are supported (MCP 2026-07-28, client/elicitation, "Capabilities").
        && (elicitation.Form is not null || elicitation.Url is null);

    /// <summary>The capabilities in the request itself (2026-07-28), or otherwise those of the handshake.</summary>
    private static ClientCapabilities? CapabilitiesOf(RequestContext<CallToolRequestParams> request) =>
        request.JsonRpcRequest.Context?.ClientCapabilities ?? request.Server.ClientCapabilities;
}
