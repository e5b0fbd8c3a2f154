using OrdersMcp.McpServer.Protocol;

namespace OrdersMcp.McpServer.Http;

/// <summary>Header names of the Streamable HTTP transport (MCP 2026-07-28, basic/transports); the package's are internal.</summary>
internal static class McpHttpHeaders
{
    public const string ProtocolVersion = "MCP-Protocol-Version";
    public const string Method = "Mcp-Method";
    public const string Name = "Mcp-Name";
    public const string SessionId = "Mcp-Session-Id";

    /// <summary>The session that the request is of, or null. From 2026-07-28 on there are none, whatever the header says.</summary>
    public static string? SessionIdOf(HttpRequest request) =>
        request.Headers[SessionId].ToString() is { Length: > 0 } id
            && request.Headers[ProtocolVersion] != ProtocolVersions.PerRequest
            ? id
            : null;
}
