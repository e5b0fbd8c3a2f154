using ModelContextProtocol.Protocol;

namespace OrdersMcp.McpServer.Configuration;

/// <summary>What the server says of itself to clients.</summary>
internal static class ServerIdentity
{
    public static Implementation Info { get; } = new()
    {
        Name = "orders-mcp",
        Title = "Orders",
        Version = typeof(ServerIdentity).Assembly.GetName().Version!.ToString(fieldCount: 3),
    };
}
