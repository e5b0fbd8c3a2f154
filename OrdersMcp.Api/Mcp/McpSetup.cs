using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using OrdersMcp.Api.Changes;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Orders;

namespace OrdersMcp.Api.Mcp;

/// <summary>The <c>x-mcp</c> of the document, with what an MCP server tells its clients about the whole API.</summary>
internal static class McpSetup
{
    public static void AddMcpGuidance(this IServiceCollection services) =>
        services.Configure<OpenApiOptions>(OpenApiSetup.DocumentName, options =>
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.AddExtension("x-mcp", new JsonNodeExtension(Write()));
                return Task.CompletedTask;
            }));

    private static JsonObject Write() => new()
    {
        ["instructions"] = McpText.Read("instructions.md"),
        ["guide"] = McpText.Read("guide.md"),
        ["prompts"] = McpPrompts.Write(),
        ["apps"] = McpApps.Write(),
        ["changes"] = new JsonObject
        {
            ["path"] = ChangesApi.Path,
            ["resources"] = new JsonArray(OrdersApi.ResourceUri),
            ["document"] = true,
        },
    };
}
