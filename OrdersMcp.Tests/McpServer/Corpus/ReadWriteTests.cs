namespace OrdersMcp.Tests.McpServer.Corpus;

/// <summary>read-write.json: read-only and write-only properties.</summary>
[Trait("Category", "Unit")]
public sealed class ReadWriteTests
{
    private readonly ToolBench _bench = CorpusDocument.Bench("read-write.json");

    [Fact]
    public void Input_has_no_read_only_properties_at_any_depth() => Assert.Equal(
        """{"type":"object","properties":{"owner":{"type":"object","required":["name"],"properties":{"name":{"type":"string"},"pin":{"type":"string"}}},"password":{"type":"string","format":"password"}},"required":["owner","password"],"additionalProperties":false}""",
        _bench.Input("open_account"));

    [Fact]
    public void Output_has_no_write_only_properties_at_any_depth()
    {
        var output = _bench.Output("open_account").GetRawText();

        Assert.DoesNotContain("password", output, StringComparison.Ordinal);
        Assert.DoesNotContain("pin", output, StringComparison.Ordinal);
        Assert.Contains("\"key\"", output, StringComparison.Ordinal);
        Assert.Contains("\"stamp\"", output, StringComparison.Ordinal);
        Assert.Contains("\"required\":[\"id\",\"owner\"]", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Items_of_a_body_have_no_read_only_properties() => Assert.Equal(
        """["owner","password"]""",
        _bench.Argument("open_accounts", "body").GetProperty("items").GetProperty("required").GetRawText());

    [Fact]
    public void Read_only_body_has_no_arguments() => Assert.Equal(
        """{"type":"object","properties":{},"additionalProperties":false}""", _bench.Input("send_only_what_is_read"));
}
