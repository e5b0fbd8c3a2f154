using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Confirmation;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Tasks;
using OrdersMcp.Tests.Api;

namespace OrdersMcp.Tests.McpServer;

/// <summary>The tools of the orders API with default settings, calling the real API in this process.</summary>
internal static class OrdersTools
{
    public static Task<(ToolSet Set, byte[] Document)> ReadAsync(ApiFixture api) => ReadAsync(api.Client);

    public static async Task<(ToolSet Set, byte[] Document)> ReadAsync(HttpClient client)
    {
        var bytes = await client.GetByteArrayAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
        var options = new ApiOptions { Name = "orders", Document = "http://localhost/openapi/v1.json", BaseAddress = "http://localhost", ExcludeTags = ["admin"], OutputSchemas = OutputSchemas.Full };
        var builder = new ToolBuilder(
            options, "Mcp:Apis:0", _ => new ApiEndpoint(options, "http://localhost", client), new OpenApiToolsOptions().ResultByteBudget)
        {
            Planners = [new ConfirmationPlanner(), new JobPlanner()],
        };
        return (builder.Build(ApiDocument.Parse(bytes)), bytes);
    }
}
