using System.Text.Json.Nodes;
using Microsoft.ML.Tokenizers;
using OrdersMcp.OpenApiTools.Tools.Search;

namespace OrdersMcp.Tests.McpServer.Search;

/// <summary>The answers of a search, within the token budget.</summary>
[Trait("Category", "Unit")]
public sealed class SearchAnswerTests
{
    private const int MostTokens = 2500;

    private static readonly TiktokenTokenizer Encoding = TiktokenTokenizer.CreateForEncoding("o200k_base");

    private static readonly ToolBench Bench = ToolBench.Of(Documents.With(
        $$"""
        {
          "/small": { "get": { "operationId": "small", "summary": "Small", "parameters": [ { "name": "a", "in": "query", "required": true, "schema": { "type": "string" }, "description": "What it is." } ] } },
          "/none": { "post": { "operationId": "none", "description": "Does it." } },
          "/large": { "post": { "operationId": "large", "summary": "Large", "requestBody": { "required": true, "content": { "application/json": { "schema": {
            "type": "object", "required": ["p0"], "properties": { {{Properties(60)}}, "node": { "$ref": "#/components/schemas/Node" } } } } } } } }
        }
        """,
        $$"""
        { "Node": { "type": "object", "description": "A node.", "properties": { "children": { "type": "array", "items": { "$ref": "#/components/schemas/Node" } }, {{Properties(20)}} } } }
        """));

    [Fact]
    public void Small_tools_have_their_whole_schemas()
    {
        var answer = Answer(["small", "none"], ["other"]);

        var small = answer["tools"]![0]!;
        Assert.Equal("small", small["name"]!.ToString());
        Assert.Equal("Small", small["description"]!.ToString());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Tool("small").Definition.InputSchema.GetRawText()), small["inputSchema"]));
        Assert.Null(small["changesSomething"]);
        Assert.True((bool)answer["tools"]![1]!["changesSomething"]!);
        Assert.Equal("""["other"]""", answer["also"]!.ToJsonString());
        Assert.Null(answer["note"]);
    }

    [Fact]
    public void Large_tool_is_shortened_and_the_answer_says_so()
    {
        var text = SearchAnswer.Of([Tool("large"), Tool("small"), Tool("large"), Tool("large"), Tool("large")], []);

        var tools = JsonNode.Parse(text)!["tools"]!.AsArray();
        Assert.InRange(Encoding.CountTokens(text), 1, MostTokens);
        Assert.Equal(5, tools.Count);
        Assert.True((bool)tools[0]!["shortened"]!);
        Assert.Equal("p0", tools[0]!["inputSchema"]!["required"]![0]!.ToString());
        Assert.DoesNotContain("$ref", text, StringComparison.Ordinal);
        Assert.Contains("required p0; optional p1, p2", tools[4]!["arguments"]!.ToString(), StringComparison.Ordinal);
        Assert.Contains("search_tools with the name of a tool", JsonNode.Parse(text)!["note"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Tool_alone_has_more_of_its_schema()
    {
        var alone = SearchAnswer.Of([Tool("large")], []);
        var among = SearchAnswer.Of([Tool("large"), Tool("large"), Tool("large")], []);

        Assert.InRange(Encoding.CountTokens(alone), 1, MostTokens);
        Assert.True(Schema(alone).Length > Schema(among).Length);

        static string Schema(string answer) => JsonNode.Parse(answer)!["tools"]![0]!["inputSchema"]?.ToJsonString() ?? "";
    }

    [Theory]
    [InlineData("node", "A node.")]
    [InlineData("node.children", "array")]
    [InlineData("node.children.children.p3", "The property of the number 3 and of no other.")]
    public void Argument_has_its_schema_even_within_itself(string path, string has)
    {
        var answer = SearchAnswer.OfArgument(Tool("large"), path)!;

        Assert.InRange(Encoding.CountTokens(answer), 1, MostTokens);
        Assert.Equal(path, JsonNode.Parse(answer)!["argument"]!.ToString());
        Assert.Contains(has, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nodes")]
    [InlineData("node.none")]
    [InlineData("p1.p2")]
    [InlineData(".")]
    public void Argument_that_is_not_there_is_none(string path) => Assert.Null(SearchAnswer.OfArgument(Tool("large"), path));

    [Fact]
    public void Nothing_found_says_what_to_do() =>
        Assert.Equal("""{"tools":[],"note":"No tool matches. Describe what you want to do in other words."}""", SearchAnswer.Of([], []));

    private static JsonNode Answer(string[] tools, string[] more) => JsonNode.Parse(SearchAnswer.Of([.. tools.Select(Tool)], more))!;

    private static OrdersMcp.OpenApiTools.Operations.OperationTool Tool(string name) => Bench.Tools.Single(tool => tool.Definition.Name == name);

    private static string Properties(int count) => string.Join(
        ", ", Enumerable.Range(0, count).Select(i => $"\"p{i}\": {{ \"type\": \"string\", \"description\": \"The property of the number {i} and of no other.\" }}"));
}
