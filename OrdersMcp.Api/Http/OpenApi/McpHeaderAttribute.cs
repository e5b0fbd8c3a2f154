namespace OrdersMcp.Api.Http.OpenApi;

/// <summary>
/// MCP clients repeat the argument as the header <c>Mcp-Param-<paramref name="name"/></c>, so that a proxy can route by it
/// (MCP 2026-07-28, server/tools, "x-mcp-header"). Only for primitive values without personal data.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class McpHeaderAttribute(string name) : Attribute
{
    public const string OrderId = "Order-Id";
    public const string CustomerId = "Customer-Id";

    public string Name { get; } = name;
}
