using System.Text.Json;

namespace OrdersMcp.Tests.McpServer.Corpus;

/// <summary>nullable-3.0.yaml and types-3.1.json: nullable values in both versions.</summary>
[Trait("Category", "Unit")]
public sealed class NullableTests
{
    private readonly ToolBench _old = CorpusDocument.Bench("nullable-3.0.yaml");
    private readonly ToolBench _new = CorpusDocument.Bench("types-3.1.json");

    [Theory]
    [InlineData("mustBe", """{"anyOf":[{"type":"string"},{"type":"null"}]}""")]
    [InlineData("text", """{"type":"string","maxLength":3}""")]
    [InlineData("choice", """{"type":"string","enum":["a","b"]}""")]
    [InlineData("withDefault", """{"default":5,"anyOf":[{"type":"integer"},{"type":"null"}]}""")]
    [InlineData("maybe", """{"allOf":[{"type":"integer","minimum":1}]}""")]
    [InlineData("reference", """{"type":"integer","minimum":1,"description":"Ignored by 3.0 but harmless."}""")]
    [InlineData("open", """{"type":"integer","exclusiveMinimum":0,"exclusiveMaximum":9}""")]
    [InlineData("closed", """{"type":"integer","minimum":0}""")]
    [InlineData("only", "{}")]
    public void Input_of_3_0_is_json_schema(string argument, string schema) => AssertSchema(schema, _old.Argument("send_values", argument));

    [Theory]
    [InlineData("mustBe", """{"anyOf":[{"type":"string"},{"type":"null"}]}""")]
    [InlineData("text", """{"type":"string","maxLength":3}""")]
    [InlineData("either", """{"type":["integer","string"]}""")]
    [InlineData("nothing", """{"type":"null"}""")]
    [InlineData("constant", """{"const":{"deep":[1,null]}}""")]
    [InlineData("tuple", """{"type":"array","prefixItems":[{"type":"integer"},{"type":"string"}],"items":false}""")]
    [InlineData("conditional", """{"if":{"type":"string"},"then":{"minLength":2},"else":{"type":"integer"}}""")]
    [InlineData("always", "{}")]
    [InlineData("never", """{"not":{}}""")]
    [InlineData("open", """{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1}""")]
    [InlineData("beside", """{"type":"string","maxLength":3,"minLength":2,"description":"Both hold."}""")]
    [InlineData("local", """{"type":"object","properties":{"inner":{"type":"integer"}}}""")]
    public void Input_of_3_1_is_kept(string argument, string schema) => AssertSchema(schema, _new.Argument("send_values", argument));

    [Fact]
    public void Nullable_property_within_a_list_is_two_alternatives() => Assert.Contains(
        """{"note":{"anyOf":[{"type":"string"},{"type":"null"}]}}""", _old.Input("send_values"), StringComparison.Ordinal);

    [Fact]
    public void Change_shows_that_null_removes_a_value() => AssertSchema(
        """{"anyOf":[{"type":"string"},{"type":"null"}]}""", _old.Argument("change_values", "text"));

    [Theory]
    [InlineData("""{"mustBe":null}""")]
    [InlineData("""{"mustBe":"a","text":null}""")]
    [InlineData("""{"mustBe":"a","choice":null}""")]
    [InlineData("""{"mustBe":"a","withDefault":null}""")]
    public async Task Null_that_the_document_allows_is_sent(string arguments)
    {
        Assert.Equal(arguments, (await _old.SendAsync("send_values", arguments)).Body);
        if (!arguments.Contains("withDefault", StringComparison.Ordinal) && !arguments.Contains("choice", StringComparison.Ordinal))
        {
            Assert.Equal(arguments, (await _new.SendAsync("send_values", arguments)).Body);
        }
    }

    [Fact]
    public async Task Null_that_the_document_does_not_allow_is_absence() =>
        Assert.Equal("""{"mustBe":"a"}""", (await _old.SendAsync("send_values", """{"mustBe":"a","closed":null}""")).Body);

    [Fact]
    public void No_input_has_a_list_of_types_that_is_one_type_or_null()
    {
        Assert.DoesNotContain("\"null\"]", _old.Input("send_values"), StringComparison.Ordinal);
        Assert.DoesNotContain("[\"null\"", _new.Input("send_values"), StringComparison.Ordinal);
    }

    [Fact]
    public void Nullable_response_is_wrapped()
    {
        Assert.True(_old.Output("send_values").GetProperty("properties").TryGetProperty("result", out _));
        Assert.True(_new.Output("send_values").GetProperty("properties").TryGetProperty("result", out _));
    }

    [Fact]
    public void Dynamic_reference_is_followed_to_its_anchor()
    {
        Assert.Empty(_new.Warnings);
        Assert.Contains("\"next\":{\"$ref\":", _new.Output("get_dynamic").GetRawText(), StringComparison.Ordinal);
    }

    private static void AssertSchema(string expected, JsonElement actual) =>
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), actual), $"expected {expected}, got {actual.GetRawText()}");
}
