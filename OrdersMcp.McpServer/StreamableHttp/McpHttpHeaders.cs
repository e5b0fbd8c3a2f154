namespace OrdersMcp.McpServer.StreamableHttp;

/// <summary>Header names of the Streamable HTTP transport (MCP 2026-07-28, basic/transports).</summary>
internal static class McpHttpHeaders
{
    public const string ProtocolVersion = "MCP-Protocol-Version";
    public const string Method = "Mcp-Method";
    public const string Name = "Mcp-Name";
}
