namespace OrdersMcp.Tests.McpServer;

/// <summary>Keywords that are easily misunderstood, from the document to the request.</summary>
[Trait("Category", "Unit")]
public sealed class SchemaKeywordTests
{
    [Theory]
    [InlineData("""{ "prefixItems": [ { "type": "integer" }, { "type": "string" } ] }""", """[1,"a"]""")]
    [InlineData("""{ "prefixItems": [ { "type": "integer" }, { "type": "string" } ], "items": false }""", """[1,"a"]""")]
    [InlineData("""{ "prefixItems": [ { "type": "integer" }, { "type": "string" } ], "items": false }""", "[1]")]
    [InlineData("""{ "prefixItems": [ { "type": "string" } ], "items": { "type": "integer" } }""", """["a",1,2]""")]
    [InlineData("""{ "not": { "type": "integer" } }""", "\"5\"")]
    [InlineData("""{ "not": { "type": "string" } }""", "5")]
    [InlineData("""{ "not": { "enum": ["none"] } }""", "\"NONE\"")]
    [InlineData("""{ "not": { "type": "array", "items": { "type": "integer" } } }""", "7")]
    [InlineData("""{ "not": { "oneOf": [ { "minimum": 1 }, { "minimum": 2 } ] } }""", "3")] // matches both, so not exactly one
    [InlineData("""{ "not": { "type": "array", "uniqueItems": true } }""", "[1,1]")]
    [InlineData("""{ "not": { "type": "string", "pattern": "^\\p{Lu}" } }""", "\"a\"")] // another dialect
    [InlineData("""{ "patternProperties": { "^x-": { "type": "string" } }, "additionalProperties": { "type": "integer" } }""", """{"x-a":"text","b":1}""")]
    [InlineData("""{ "patternProperties": { "^x-": {} }, "additionalProperties": false }""", """{"x-a":1}""")]
    [InlineData("""{ "type": "string", "pattern": "^.$" }""", "\"𝄞\"")]
    [InlineData("""{ "type": "string", "pattern": "^\\s$" }""", "\"\u2003\"")]
    [InlineData("""{ "type": "number", "multipleOf": 0.1 }""", "1000000000.3")]
    [InlineData("""{ "type": "integer", "exclusiveMaximum": 9007199254740993 }""", "9007199254740992")]
    [InlineData("""{ "type": "number", "exclusiveMinimum": 0 }""", "1e-40")]
    public async Task Valid_value_is_sent_as_it_is(string schema, string value)
    {
        var bench = Bench(schema);

        await bench.TargetAsync($$"""{ "v": {{value}} }""");

        Assert.Equal(
            System.Text.Json.Nodes.JsonNode.Parse($$"""{ "v": {{value}} }""")!.ToJsonString(),
            System.Text.Json.Nodes.JsonNode.Parse(bench.Request.Body)!.ToJsonString());
    }

    [Theory]
    [InlineData("""{ "prefixItems": [ { "type": "integer" }, { "type": "string" } ] }""", """["a","b"]""", "v[0]", "must be an integer, but is the string \"a\".")]
    [InlineData("""{ "prefixItems": [ { "type": "integer" } ], "items": false }""", "[1,2]", "v[1]", "is not allowed.")]
    [InlineData("""{ "type": "integer", "not": { "const": 5 } }""", "\"5\"", "v", "is not allowed.")] // the value after coercion
    [InlineData("""{ "patternProperties": { "^x-": { "type": "string" } }, "additionalProperties": { "type": "integer" } }""", """{"x-a":1.5,"b":"c"}""", "v.b", "must be an integer, but is the string \"c\".")]
    [InlineData("""{ "patternProperties": { "^x-": {} }, "additionalProperties": false }""", """{"y":1}""", "v.y", "is not a property of this object. It takes names that match ^x-.")]
    [InlineData("""{ "type": "number", "multipleOf": 0.1 }""", "1000000000.35", "v", "must be a multiple of 0.1, but is 1000000000.35.")]
    public async Task Invalid_value_is_rejected_with_the_reason(string schema, string value, string path, string rule)
    {
        var errors = await Bench(schema).ErrorsAsync($$"""{ "v": {{value}} }""");

        Assert.Equal(rule, Assert.Single(errors[path]!.AsArray())!.ToString());
    }

    /// <summary>If parts of the schema would coerce a value differently, it is ambiguous.</summary>
    [Theory]
    [InlineData("""{ "allOf": [ { "type": "integer" }, { "type": "string" } ] }""", "\"5\"")]
    [InlineData("""{ "allOf": [ { "type": "array" }, { "properties": { "a": { "type": "integer" } } } ] }""", """{"a":"5"}""")]
    public async Task Value_that_parts_of_the_schema_coerce_differently_is_rejected(string schema, string value) =>
        Assert.NotEmpty(await Bench(schema).ErrorsAsync($$"""{ "v": {{value}} }"""));

    private static ToolBench Bench(string schema) => ToolBench.OfBody($$"""{ "type": "object", "properties": { "v": {{schema}} } }""");
}
