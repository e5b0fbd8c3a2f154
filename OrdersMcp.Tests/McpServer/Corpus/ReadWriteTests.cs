namespace OrdersMcp.Tests.McpServer.Corpus;

/// <summary>read-write.json: read-only and write-only properties.</summary>
[Trait("Category", "Unit")]
public sealed class ReadWriteTests
{
    private readonly ToolBench _bench = CorpusDocument.Bench("read-write.json");

    [Fact]
    public void Input_is_without_what_is_read_only_however_deep() => Assert.Equal(
        """{"type":"object","properties":{"owner":{"type":"object","required":["name"],"properties":{"name":{"type":"string"},"pin":{"type":"string"}}},"password":{"type":"string","format":"password"}},"required":["owner","password"],"additionalProperties":false}""",
        _bench.Input("open_account"));

    [Fact]
    public void Output_is_without_what_is_write_only_however_deep()
    {
        var output = _bench.Output("open_account").GetRawText();

        Assert.DoesNotContain("password", output, StringComparison.Ordinal);
        Assert.DoesNotContain("pin", output, StringComparison.Ordinal);
        Assert.Contains("\"key\"", output, StringComparison.Ordinal);
        Assert.Contains("\"stamp\"", output, StringComparison.Ordinal);
        Assert.Contains("\"required\":[\"id\",\"owner\"]", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Items_of_a_body_are_without_what_is_read_only() => Assert.Equal(
        """["owner","password"]""",
        _bench.Argument("open_accounts", "body").GetProperty("items").GetProperty("required").GetRawText());

    [Fact]
    public void Body_of_nothing_but_what_is_read_has_no_arguments() => Assert.Equal(
        """{"type":"object","properties":{},"additionalProperties":false}""", _bench.Input("send_only_what_is_read"));
}
