using ModelContextProtocol.Protocol;

namespace OrdersMcp.McpServer.Configuration;

/// <summary>The server's description of itself for clients. It is named after its APIs.</summary>
internal static class ServerIdentity
{
    public static Implementation Of(McpOptions options) => new()
    {
        Name = string.Join('-', options.Apis.Select(api => api.Name).Append("mcp")),
        Title = string.Join(", ", options.Apis.Select(api => string.Concat(api.Name[..1].ToUpperInvariant(), api.Name.AsSpan(1)))),
        Version = typeof(ServerIdentity).Assembly.GetName().Version!.ToString(fieldCount: 3),
    };
}
