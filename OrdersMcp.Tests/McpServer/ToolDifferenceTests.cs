using System.Text.Json.Nodes;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Which changes to a tool break its users.</summary>
[Trait("Category", "Unit")]
public sealed class ToolDifferenceTests
{
    private const string Input = """{"type":"object","properties":{"a":{"type":"string","enum":["x","y"]},"n":{"type":"integer","maximum":9}},"required":["a"]}""";
    private const string Output = """{"type":"object","properties":{"o":{"type":"string"}},"required":["o"]}""";

    [Theory]
    [InlineData("compatible: t: description has changed", Input, Output, "other")]
    [InlineData("breaking: t: input.n is gone", """{"type":"object","properties":{"a":{"type":"string","enum":["x","y"]}},"required":["a"]}""", Output)]
    [InlineData("compatible: t: input.b is new", """{"type":"object","properties":{"a":{"type":"string","enum":["x","y"]},"n":{"type":"integer","maximum":9},"b":{}},"required":["a"]}""", Output)]
    [InlineData("breaking: t: input.b is new and required", """{"type":"object","properties":{"a":{"type":"string","enum":["x","y"]},"n":{"type":"integer","maximum":9},"b":{}},"required":["a","b"]}""", Output)]
    [InlineData("breaking: t: input.n is now required", """{"type":"object","properties":{"a":{"type":"string","enum":["x","y"]},"n":{"type":"integer","maximum":9}},"required":["a","n"]}""", Output)]
    [InlineData("breaking: t: input.a has other values", """{"type":"object","properties":{"a":{"type":"string","enum":["x"]},"n":{"type":"integer","maximum":9}},"required":["a"]}""", Output)]
    [InlineData("compatible: t: input.a has other values", """{"type":"object","properties":{"a":{"type":"string","enum":["x","y","z"]},"n":{"type":"integer","maximum":9}},"required":["a"]}""", Output)]
    [InlineData("breaking: t: input.n has another maximum", """{"type":"object","properties":{"a":{"type":"string","enum":["x","y"]},"n":{"type":"integer","maximum":8}},"required":["a"]}""", Output)]
    [InlineData("breaking: t: input.n has another type", """{"type":"object","properties":{"a":{"type":"string","enum":["x","y"]},"n":{"type":"number","maximum":9}},"required":["a"]}""", Output)]
    [InlineData("breaking: t: output.o is gone", Input, """{"type":"object","properties":{}}""")]
    [InlineData("breaking: t: output.o is no longer required", Input, """{"type":"object","properties":{"o":{"type":"string"}}}""")]
    [InlineData("compatible: t: output.p is new", Input, """{"type":"object","properties":{"o":{"type":"string"},"p":{}},"required":["o"]}""")]
    public void Difference_is_named_and_judged(string difference, string input, string output, string description = "d") =>
        Assert.Equal(difference, Assert.Single(ToolDifference.Between([Tool(Input, Output, "d")], [Tool(input, output, description)])).ToString());

    [Fact]
    public void Removed_tool_is_breaking_and_a_new_tool_is_not()
    {
        Assert.True(Assert.Single(ToolDifference.Between([Tool(Input, Output, "d")], [])).IsBreaking);
        Assert.False(Assert.Single(ToolDifference.Between([], [Tool(Input, Output, "d")])).IsBreaking);
    }

    private static JsonObject Tool(string input, string output, string description) => new()
    {
        ["name"] = "t",
        ["description"] = description,
        ["inputSchema"] = JsonNode.Parse(input),
        ["outputSchema"] = JsonNode.Parse(output),
    };
}
