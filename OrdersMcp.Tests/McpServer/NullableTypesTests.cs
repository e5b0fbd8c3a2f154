using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.Schemas;

namespace OrdersMcp.Tests.McpServer;

[Trait("Category", "Unit")]
public sealed class NullableTypesTests
{
    [Theory]
    [InlineData(
        """{"type":["null","string"],"maxLength":5,"description":"A note."}""",
        """{"description":"A note.","anyOf":[{"type":"string","maxLength":5},{"type":"null"}]}""")]
    [InlineData(
        """{"type":["string","null"],"enum":["a",null]}""",
        """{"anyOf":[{"type":"string","enum":["a"]},{"type":"null"}]}""")]
    [InlineData(
        """{"type":"object","properties":{"enum":{"type":["integer","null"]},"type":{"type":"string"}}}""",
        """{"type":"object","properties":{"enum":{"anyOf":[{"type":"integer"},{"type":"null"}]},"type":{"type":"string"}}}""")]
    [InlineData(
        """{"type":["array","null"],"items":{"type":["number","null"]}}""",
        """{"anyOf":[{"type":"array","items":{"anyOf":[{"type":"number"},{"type":"null"}]}},{"type":"null"}]}""")]
    [InlineData("""{"type":["integer","string"]}""", """{"type":["integer","string"]}""")]
    [InlineData("""{"default":{"type":["string","null"]}}""", """{"default":{"type":["string","null"]}}""")]
    public void Nullable_schema_becomes_two_alternatives(string schema, string expected)
    {
        var json = JsonNode.Parse(schema)!.AsObject();

        NullableTypes.Split(json);

        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), json.ToJsonString());
    }
}
