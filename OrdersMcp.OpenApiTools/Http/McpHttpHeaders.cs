using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>Header names of the Streamable HTTP transport (MCP 2026-07-28, basic/transports); the SDK's are internal.</summary>
internal static class McpHttpHeaders
{
    public const string ProtocolVersion = "MCP-Protocol-Version";
    public const string Method = "Mcp-Method";
    public const string Name = "Mcp-Name";
    public const string SessionId = "Mcp-Session-Id";

    /// <summary>The session of the request, or null. From 2026-07-28 on there are none, so the header is ignored.</summary>
    public static string? SessionIdOf(HttpRequest request) =>
        request.Headers[SessionId].ToString() is { Length: > 0 } id
            && request.Headers[ProtocolVersion] != ProtocolVersions.PerRequest
            ? id
            : null;
}
