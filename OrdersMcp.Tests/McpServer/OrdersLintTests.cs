using System.Text.Json.Nodes;
using OrdersMcp.McpServer.Hosting.Commands;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.Tests.Api;

namespace OrdersMcp.Tests.McpServer;

/// <summary>What the command <c>tools lint</c> finds in the document of the orders API.</summary>
[Trait("Category", "Postgres")]
public sealed class OrdersLintTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData(null, "undescribed list_orders")]
    [InlineData("Returns one order: customer, lines, total, status, note, and once shipped, carrier and tracking number. To find its id, use list_orders.", "alike list_orders")]
    public async Task Broken_description_of_a_tool_is_one_more_finding(string? broken, string finding)
    {
        var document = JsonNode.Parse(await api.Client.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken))!;
        var before = Findings(document);

        var operation = document["paths"]!["/orders"]!["get"]!.AsObject();
        operation["x-mcp"]?.AsObject().Remove("description");
        operation["description"] = broken;

        Assert.DoesNotContain(finding, before);
        Assert.Equal(before.Append(finding).Order(StringComparer.Ordinal), Findings(document).Order(StringComparer.Ordinal));
    }

    private static string[] Findings(JsonNode document)
    {
        var bench = ToolBench.Of(document.ToJsonString(), options => options.ExcludeTags = ["admin"]);
        return [.. ToolLint.Of(new ToolSet(bench.Tools, bench.Warnings)).Findings.Select(each => $"{each.Rule} {each.Subject}")];
    }
}
