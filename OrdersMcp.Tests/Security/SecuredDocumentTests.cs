using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using OrdersMcp.Tests.Api;
using OrdersMcp.Tests.McpServer;

namespace OrdersMcp.Tests.Security;

/// <summary>The OpenAPI document with and without required credentials.</summary>
[Trait("Category", "Postgres")]
public sealed class SecuredDocumentTests(SecuredApi secured, ApiFixture open) : IClassFixture<SecuredApi>, IClassFixture<ApiFixture>
{
    private static readonly string[] Refusals = ["401", "403"];

    [Fact]
    public async Task Document_declares_the_credential_that_swagger_asks_for()
    {
        var document = await secured.Stranger.GetOkAsync("/openapi/v1.json");

        var scheme = document.GetProperty("components").GetProperty("securitySchemes").EnumerateObject().Single();
        Assert.Equal(
            ("apiKey", "header", "X-API-Key"),
            (scheme.Value.GetProperty("type").GetString(), scheme.Value.GetProperty("in").GetString(), scheme.Value.GetProperty("name").GetString()));
        Assert.Equal($$"""[{"{{scheme.Name}}":[]}]""", JsonNode.Parse(document.GetProperty("security").GetRawText())!.ToJsonString());
    }

    [Fact]
    public async Task Every_operation_documents_what_it_answers_without_one()
    {
        var operations = Operations(await secured.Stranger.GetOkAsync("/openapi/v1.json"));

        Assert.All(operations, operation => Assert.All(Refusals, status => Assert.True(
            operation.GetProperty("responses").GetProperty(status).GetProperty("content").TryGetProperty("application/problem+json", out _))));
    }

    [Fact]
    public async Task Open_api_declares_nothing_of_it()
    {
        var document = await open.Client.GetOkAsync("/openapi/v1.json");

        Assert.False(document.TryGetProperty("security", out _));
        Assert.False(document.GetProperty("components").TryGetProperty("securitySchemes", out _));
        Assert.All(Operations(document), operation => Assert.All(
            Refusals, status => Assert.False(operation.GetProperty("responses").TryGetProperty(status, out _))));
    }

    [Fact]
    public async Task Tools_are_the_same()
    {
        var (ofSecured, _) = await OrdersTools.ReadAsync(secured.Stranger);
        var (ofOpen, _) = await OrdersTools.ReadAsync(open);

        Assert.Equal(ofOpen.Tools.Select(Written), ofSecured.Tools.Select(Written));
        static string Written(OrdersMcp.OpenApiTools.Operations.OperationTool tool) => JsonSerializer.Serialize(tool.Definition, McpJsonUtilities.DefaultOptions);
    }

    private static JsonElement[] Operations(JsonElement document) =>
        [.. document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => operation.Value))];
}
