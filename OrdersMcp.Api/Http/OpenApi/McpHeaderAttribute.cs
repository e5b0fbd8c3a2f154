namespace OrdersMcp.Api.Http.OpenApi;

/// <summary>
/// A client of an MCP server repeats the argument as the header <c>Mcp-Param-<paramref name="name"/></c>, so that a
/// proxy may route by it (MCP 2026-07-28, server/tools, "x-mcp-header"). For primitive values that are not personal.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class McpHeaderAttribute(string name) : Attribute
{
    public const string OrderId = "Order-Id";
    public const string CustomerId = "Customer-Id";

    public string Name { get; } = name;
}
