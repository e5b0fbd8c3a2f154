using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Errors of the command <c>tools</c> name the setting or document, without a stack trace.</summary>
[Trait("Category", "Postgres")]
public sealed class ToolsProgramTests
{
    [Theory]
    [InlineData("Mcp__Apis__0__Name", "", "Mcp:Apis:0:Name is missing.")]
    [InlineData("Mcp__Apis__0__Document", "nowhere", "Mcp:Apis:0:Document is 'nowhere', which is neither")]
    [InlineData("Mcp__ToolsPerPage", "many", "Mcp:ToolsPerPage")]
    public async Task Wrong_setting_is_named(string setting, string value, string said)
    {
        var (exitCode, output, error) = await ToolsProgram.RunAsync([], (setting, value));

        Assert.Equal(2, exitCode);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_the_output_alone_with_schemas_if_asked_for()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Documents.Things, TestContext.Current.CancellationToken);

        var (exitCode, output, error) = await ToolsProgram.RunAsync(["--document", file, "--json", "--schemas"]);
        File.Delete(file);

        Assert.True(exitCode == 0, error);
        var tool = JsonNode.Parse(output)![0]!["tools"]!.AsArray().Single(tool => tool!["name"]!.ToString() == "get_thing")!;
        Assert.Equal("string", tool["inputSchema"]!["properties"]!["thingId"]!["type"]!.ToString());
        Assert.Equal("object", tool["outputSchema"]!["type"]!.ToString());
        Assert.Contains("s of processor time, ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10", true)]
    [InlineData("20000", false)]
    public async Task List_beyond_the_budget_of_tokens_is_said(string budget, bool isSaid)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Documents.Things, TestContext.Current.CancellationToken);

        var (exitCode, output, error) = await ToolsProgram.RunAsync(["--document", file], ("Mcp__ToolList__TokenBudget", budget));
        File.Delete(file);

        Assert.True(exitCode == 0, error);
        Assert.Equal(isSaid, output.Contains($"More than Mcp:ToolList:TokenBudget ({budget})", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Missing_document_is_named_without_its_secrets()
    {
        await using var gone = await TestApi.StartAsync("");
        var address = gone.Address.Replace("http://", "http://user:hunter2@", StringComparison.Ordinal);
        await gone.DisposeAsync();

        var (exitCode, output, error) = await ToolsProgram.RunAsync(["--document", $"{address}/openapi.json?key=hunter3"]);

        Assert.Equal(1, exitCode);
        Assert.Contains($"{gone.Address}/openapi.json?…: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter", output + error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/no/such/file.json", "The file is not there.")]
    [InlineData("/", "The file is not there.")]
    [InlineData("http://", "http://")]
    public async Task Invalid_document_is_named(string document, string said)
    {
        var (exitCode, output, error) = await ToolsProgram.RunAsync(["--document", document]);

        Assert.Equal(1, exitCode);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + error, StringComparison.Ordinal);
    }
}
