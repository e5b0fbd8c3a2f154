using OrdersMcp.OpenApiTools.Tools.Search;

namespace OrdersMcp.Tests.McpServer.Search;

/// <summary>The tools that a search finds, and their order.</summary>
[Trait("Category", "Unit")]
public sealed class ToolIndexTests
{
    private static readonly ToolBench Bench = ToolBench.Of(Documents.With(
        """
        {
          "/orders": {
            "get": { "operationId": "listOrders", "summary": "List orders", "tags": ["sales"], "parameters": [ { "name": "warehouse", "in": "query", "schema": { "type": "string", "enum": ["north", "south"] } } ] },
            "post": { "operationId": "placeOrder", "summary": "Place an order" }
          },
          "/orders/{id}": {
            "parameters": [ { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } } ],
            "get": { "operationId": "getOrder", "summary": "Get an order" },
            "patch": { "operationId": "patchOrder", "summary": "Change an order" },
            "delete": { "operationId": "dropOrder", "summary": "Delete an order" }
          },
          "/orders/{id}/notes": {
            "get": { "operationId": "orderNotes", "description": "What was remarked about an order.", "parameters": [ { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } } ] }
          },
          "/config-maps": { "get": { "operationId": "listConfigMaps" } },
          "/v1/parcels": { "get": { "operationId": "firstParcels", "summary": "List parcels", "deprecated": true } },
          "/v2/parcels": { "get": { "operationId": "secondParcels", "summary": "List parcels" } }
        }
        """));

    private static readonly ToolIndex Index = new(Bench.Tools);

    [Theory]
    [InlineData("list the orders", "listOrders")]
    [InlineData("remove an order", "dropOrder")]
    [InlineData("edit the order", "patchOrder")]
    [InlineData("fetch one order by id", "getOrder")]
    [InlineData("make a new order", "placeOrder")]
    [InlineData("remarks on an order", "orderNotes")]
    [InlineData("which configmaps are there", "listConfigMaps")]
    [InlineData("sales", "listOrders")]
    [InlineData("north warehouse", "listOrders")]
    [InlineData("parcels", "secondParcels")]
    [InlineData("PARCELS!", "secondParcels")]
    public void Best_tool_comes_first(string request, string tool) => Assert.Equal(tool, Find(request)[0]);

    [Theory]
    [InlineData("weather")]
    [InlineData("the of a")]
    [InlineData("?!")]
    public void Request_that_nothing_fits_finds_nothing(string request) => Assert.Empty(Find(request));

    [Fact]
    public void Tools_that_the_caller_does_not_see_are_not_found() =>
        Assert.DoesNotContain("dropOrder", Index.Find("remove an order", 10, tool => tool.Definition.Name != "dropOrder").Select(tool => tool.Definition.Name));

    [Fact]
    public void No_more_are_found_than_asked_for() => Assert.Equal(2, Index.Find("order", 2, _ => true).Count);

    [Fact]
    public void Index_without_tools_finds_nothing() => Assert.Empty(new ToolIndex([]).Find("order", 5, _ => true));

    private static string[] Find(string request) => [.. Index.Find(request, 10, _ => true).Select(tool => tool.Definition.Name)];
}
