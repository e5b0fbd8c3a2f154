using System.Text;
using OrdersMcp.McpServer.Hosting.Commands;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.Tests.McpServer;

/// <summary>What the command <c>tools lint</c> finds.</summary>
[Trait("Category", "Unit")]
public sealed class ToolLintTests
{
    private const string List = """ "responses": { "200": { "description": "ok", "content": { "application/json": { "schema": { "type": "array", "items": {} } } } } } """;

    private static readonly string Document = Documents.With(
        $$"""
        {
          "/a": { "get": { "operationId": "a", "description": "Lists all the things that a shop has in stock today.", {{List}} } },
          "/b": { "get": { "operationId": "b", "description": "Lists all the things that the shop has in stock today.", {{List}}, "parameters": [ { "name": "limit", "in": "query", "schema": { "type": "integer" } } ] } },
          "/c": { "post": { "operationId": "c" } },
          "/d": { "post": { "operationId": "d", "description": "Writes something of which much can be said.", "requestBody": { "content": { "application/json": { "schema": { "type": "object", "properties": {
            {{string.Join(", ", Enumerable.Range(0, 100).Select(i => $"\"property{i}\": {{ \"type\": \"string\", \"description\": \"The property of the number {i} and of no other.\" }}"))}} } } } } } } },
          "/e": { "get": { "operationId": "e", "parameters": [ { "name": "x", "in": "body" } ] } }
        }
        """);

    [Fact]
    public void Each_thing_that_makes_tools_hard_to_use_is_found()
    {
        var bench = ToolBench.Of(Document);

        var lint = ToolLint.Of(new ToolSet(bench.Tools, bench.Warnings));

        Assert.Equal(
            ["dropped GET /e", "unbounded a", "undescribed c", "expensive d", "alike a"],
            lint.Findings.Select(finding => $"{finding.Rule} {finding.Subject}"));
        Assert.Equal(4, lint.Tools);
        Assert.InRange(lint.Tokens, 1500, 4000);
    }

    [Fact]
    public void Proposed_overlay_describes_what_has_no_description()
    {
        var bench = ToolBench.Of(Document);
        var overlay = ToolLint.Of(new ToolSet(bench.Tools, bench.Warnings)).ProposeOverlay("test").ToJsonString();

        var changed = Overlay.Apply(Encoding.UTF8.GetBytes(Document), [("proposal", Encoding.UTF8.GetBytes(overlay))], warning => Assert.Fail(warning));

        Assert.Contains(
            "say what it does",
            ToolBench.Of(Encoding.UTF8.GetString(changed.Span)).Tools.Single(tool => tool.Definition.Name == "c").Definition.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "undescribed")]
    [InlineData("Orders.", "undescribed")]
    [InlineData("Lists the orders of a customer, the newest first.", "alike")]
    public void Broken_description_is_found_and_the_good_one_is_not(string? broken, string rule)
    {
        Assert.Empty(Findings("Returns one order with its lines and total."));

        Assert.Equal([rule], Findings(broken).Select(finding => finding.Rule));
    }

    /// <summary>The findings for two tools, of which one has this description.</summary>
    private static IReadOnlyList<ToolLint.Finding> Findings(string? description)
    {
        var text = description is null ? "" : $"\"description\": \"{description}\",";
        var bench = ToolBench.Of(Documents.With(
            $$"""
            {
              "/orders": { "get": { "operationId": "list_orders", "description": "Lists the orders of a customer, the newest first.", "responses": { "200": { "description": "ok" } } } },
              "/orders/{id}": { "get": { "operationId": "get_order", {{text}} "responses": { "200": { "description": "ok" } },
                "parameters": [ { "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } } ] } }
            }
            """));
        return ToolLint.Of(new ToolSet(bench.Tools, bench.Warnings)).Findings;
    }
}
