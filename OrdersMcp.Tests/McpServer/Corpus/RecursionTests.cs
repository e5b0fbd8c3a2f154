namespace OrdersMcp.Tests.McpServer.Corpus;

/// <summary>recursion.json: schemas that contain themselves.</summary>
[Trait("Category", "Unit")]
public sealed class RecursionTests
{
    private readonly ToolBench _bench = CorpusDocument.Bench("recursion.json");

    [Fact]
    public async Task Value_is_checked_at_every_depth()
    {
        var problems = await _bench.RefuseAsync(
            "plant_tree", """{ "name": "a", "left": { "name": "b", "children": [ { "name": "c" }, { "name": "much too long" } ] } }""");

        Assert.Equal("""{"left.children[1].name":["must have at most 10 characters, but has 13."]}""", problems);
        await _bench.SendAsync("plant_tree", """{ "name": "a", "left": { "name": "b" } }""");
    }

    [Theory]
    [InlineData("plant_tree", "Tree")]
    [InlineData("send_mutual", "Company")]
    [InlineData("search_by_filter", "Filter")]
    public void Input_keeps_what_recurs_as_a_definition(string tool, string definition) =>
        Assert.Contains($"\"$ref\":\"#/$defs/{definition}\"", _bench.Input(tool), StringComparison.Ordinal);

    [Fact]
    public void Answer_that_is_a_map_or_list_of_itself_has_a_schema()
    {
        Assert.Equal("object", _bench.Output("get_map_of_itself").GetProperty("type").GetString());
        Assert.Equal(
            "array", _bench.Output("get_list_of_itself").GetProperty("$defs").GetProperty("Nested").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Alternatives_that_recur_are_told_apart()
    {
        Assert.Contains("equals", await _bench.RefuseAsync(
            "search_by_filter", """{ "filter": { "and": [ { "not": { "field": "a" } } ] } }"""), StringComparison.Ordinal);
        await _bench.SendAsync("search_by_filter", """{ "filter": { "and": [ { "not": { "field": "a", "equals": "b" } } ] } }""");
    }

    [Fact]
    public void Circle_of_references_is_anything_and_a_warning_of_its_operation()
    {
        Assert.DoesNotContain("$ref", _bench.Input("send_circle"), StringComparison.Ordinal);
        Assert.Equal("POST /circle", Assert.Single(_bench.Warnings).Operation);
    }
}
