namespace OrdersMcp.Tests.McpServer.Corpus;

/// <summary>references.json: references that are chained, indirect or broken.</summary>
[Trait("Category", "Unit")]
public sealed class ReferenceTests
{
    private readonly ToolBench _bench = CorpusDocument.Bench("references.json");

    [Fact]
    public void Chains_through_every_kind_of_component_are_followed()
    {
        Assert.Equal(
            """{"type":"object","properties":{"id":{"type":"integer","minimum":7},"inner":{"type":"object","properties":{"id":{"type":"integer","minimum":7}}},"id2":{"type":"integer","minimum":7}},"required":["id"],"additionalProperties":false}""",
            _bench.Input("follow_chain"));
        Assert.Contains("\"minimum\":7", _bench.Output("follow_chain").GetRawText(), StringComparison.Ordinal);
        Assert.Contains("follow_path_item", _bench.Names);
    }

    [Fact]
    public void Pointer_is_decoded() =>
        Assert.Equal("""{"type":"boolean"}""", _bench.Argument("follow_escaped", "v").GetRawText());

    [Theory]
    [InlineData("GET /network", "leaves the document")]
    [InlineData("GET /file", "leaves the document")]
    [InlineData("GET /relative", "leaves the document")]
    [InlineData("GET /missing", "names nothing")]
    [InlineData("/itself", "refers to itself")]
    [InlineData("GET /parameter", "refers to itself")]
    public void Reference_that_cannot_be_followed_is_a_named_warning(string operation, string reason)
    {
        var warning = _bench.Warnings.Single(each => each.Operation == operation);

        Assert.StartsWith("is not a tool", warning.Text, StringComparison.Ordinal);
        Assert.Contains(reason, warning.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_was_requested() => Assert.Empty(_bench.Requests);
}
