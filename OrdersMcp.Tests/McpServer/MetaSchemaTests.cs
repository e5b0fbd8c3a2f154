using System.Text.Json.Nodes;

namespace OrdersMcp.Tests.McpServer;

/// <summary>The validation that other tests use finds invalid schemas.</summary>
[Trait("Category", "Postgres")]
public sealed class MetaSchemaTests
{
    [Theory]
    [InlineData("""{ "type": "any" }""", "data/type")]
    [InlineData("""{ "type": ["string", "string"] }""", "duplicate items")]
    [InlineData("""{ "properties": { "a": { "maxLength": -1 } } }""", "data/properties/a/maxLength")]
    [InlineData("""{ "$defs": { "a": { "required": true } } }""", "data/$defs/a/required")]
    [InlineData("""{ "anyOf": [] }""", "data/anyOf")]
    [InlineData("""{ "properties": { "a": { "$ref": "#/$defs/missing" } } }""", "can't resolve reference")]
    [InlineData("""{ "pattern": "(" }""", "Invalid regular expression")]
    public async Task Broken_schema_is_found_among_good_ones(string broken, string problem)
    {
        var (exitCode, said) = await MetaSchema.ValidateAsync(new JsonObject
        {
            ["good"] = JsonNode.Parse("""{ "type": "object", "$defs": { "a": {} }, "properties": { "a": { "$ref": "#/$defs/a" } } }"""),
            ["bad"] = JsonNode.Parse(broken),
        });

        Assert.Equal(1, exitCode);
        Assert.StartsWith("bad: ", said, StringComparison.Ordinal);
        Assert.Contains(problem, said, StringComparison.Ordinal);
        Assert.EndsWith("2 schemas, 1 problems", said, StringComparison.Ordinal);
    }
}
