using System.Text.Json;

namespace OrdersMcp.Tests.McpServer.Corpus;

/// <summary>combinations.json: allOf, oneOf, anyOf, not and discriminators.</summary>
[Trait("Category", "Unit")]
public sealed class CombinationTests
{
    private readonly ToolBench _bench = CorpusDocument.Bench("combinations.json");

    [Fact]
    public void Discriminator_names_the_values_of_each_alternative()
    {
        var kinds = _bench.Argument("add_pet", "body").GetProperty("oneOf").EnumerateArray()
            .Select(alternative => alternative.GetProperty("properties").GetProperty("kind").GetProperty("enum").GetRawText());

        Assert.Equal(["""["cat","kitten"]""", """["dog"]"""], kinds);
    }

    [Theory]
    [InlineData("""{ "body": { "kind": "cat", "lives": 9 } }""")]
    [InlineData("""{ "body": { "kind": "kitten", "lives": 1 } }""")]
    [InlineData("""{ "body": { "kind": "dog", "bark": "woof" } }""")]
    public async Task Alternative_that_the_discriminator_names_is_sent(string arguments) => Assert.True(JsonElement.DeepEquals(
        JsonElement.Parse(arguments).GetProperty("body"), JsonElement.Parse((await _bench.SendAsync("add_pet", arguments)).Body)));

    [Theory]
    [InlineData("""{ "body": { "kind": "dog", "lives": 9 } }""", "body.bark")]
    [InlineData("""{ "body": { "kind": "cat", "lives": 10 } }""", "at most 9")]
    [InlineData("""{ "body": { "kind": "bird", "lives": 9 } }""", "\\u0022cat\\u0022, \\u0022kitten\\u0022")]
    public async Task Problem_is_that_of_the_nearest_alternative(string arguments, string problem) =>
        Assert.Contains(problem, await _bench.RefuseAsync("add_pet", arguments), StringComparison.Ordinal);

    [Fact]
    public async Task Discriminator_without_a_mapping_takes_the_names_of_the_schemas()
    {
        await _bench.SendAsync("pay", """{ "method": { "type": "card", "number": "1" } }""");
        await _bench.SendAsync("pay", """{ "method": { "type": "Transfer", "iban": "DE" } }""");
        Assert.Contains("Transfer", await _bench.RefuseAsync("pay", """{ "method": { "type": "transfers", "iban": "DE" } }"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parts_of_a_body_become_arguments_beside_one_another()
    {
        Assert.Equal(
            """{"type":"object","properties":{"name":{"type":"string"},"role":{"enum":["clerk","cook"]},"age":{"type":"integer","minimum":0}},"required":["name","role"],"additionalProperties":false}""",
            _bench.Input("hire"));
        Assert.Equal(
            """{"name":"A","role":"cook"}""", (await _bench.SendAsync("hire", """{ "role": "cook", "name": "A" }""")).Body);
    }

    [Fact]
    public async Task Property_that_two_parts_declare_keeps_both_rules()
    {
        Assert.Contains("5 characters", await _bench.RefuseAsync("send_overlap", """{ "body": { "name": "ab" } }"""), StringComparison.Ordinal);
        Assert.Contains("required", await _bench.RefuseAsync("send_overlap", """{ "body": { } }"""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "body": { "name": "a" } }""")]
    [InlineData("""{ "body": [ { "name": "a" } ] }""")]
    [InlineData("""{ "body": 1 }""")]
    public async Task Body_of_several_types_takes_each(string arguments) => await _bench.SendAsync("send_either", arguments);

    [Fact]
    public async Task Not_is_checked()
    {
        Assert.Contains("not allowed", await _bench.RefuseAsync("get_not", """{ "word": "forbidden" }"""), StringComparison.Ordinal);
        await _bench.SendAsync("get_not", """{ "word": "allowed" }""");
    }
}
