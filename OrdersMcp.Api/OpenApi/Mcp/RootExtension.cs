using System.Text.Json.Nodes;
using OrdersMcp.Api.Changes;
using OrdersMcp.Api.Orders;

namespace OrdersMcp.Api.OpenApi.Mcp;

/// <summary>The <c>x-mcp</c> of the document: what an MCP server says of this API as a whole.</summary>
internal static class RootExtension
{
    public static JsonObject Write() => new()
    {
        ["instructions"] = McpText.Read("instructions.md"),
        ["guide"] = McpText.Read("guide.md"),
        ["prompts"] = McpPrompts.Write(),
        ["changes"] = new JsonObject
        {
            ["path"] = ChangesApi.Path,
            ["resources"] = new JsonArray(OrdersApi.ResourceUri),
        },
    };
}
