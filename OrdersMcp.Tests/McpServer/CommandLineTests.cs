using System.Net;
using System.Net.Sockets;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer;

/// <summary>The command line of the server: commands, settings and errors.</summary>
[Trait("Category", "Postgres")]
public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_lists_the_commands_and_options()
    {
        var (exitCode, output, _) = await McpProcess.RunAsync(["--help"]);

        Assert.Equal(0, exitCode);
        Assert.All(
            ["tools", "create-api-key", "replay", "stdio", "--stdio", "--api", "--Mcp:Apis:0:Document"],
            name => Assert.Contains(name, output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\ntools\n", "tols")]
    [InlineData("Unrecognized command or argument 'serve'.", "serve")]
    [InlineData("\n--stdio\n", "--stdoi")]
    [InlineData("\n--urls\n", "--url", "http://127.0.0.1:0")]
    [InlineData("\n--document\n", "tools", "--documnt", "api.json")]
    [InlineData("'--Mcp:ToolsPerPage' is a setting and needs a value.", "--Mcp:ToolsPerPage")]
    [InlineData("Unrecognized command or argument '--colour'.", "--colour")]
    [InlineData("Unrecognized command or argument '--colour=red'.", "--colour=red")]
    [InlineData("Usage: replay TRACEID", "replay", "not-a-trace")]
    [InlineData("A key needs a name and scopes.", "create-api-key", "--name", "reports")]
    public async Task Mistake_gives_exit_code_2_and_the_nearest_name(string said, params string[] arguments)
    {
        var (exitCode, output, error) = await McpProcess.RunAsync(arguments);

        Assert.Equal(2, exitCode);
        Assert.Contains(said, error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_go_with_every_command()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Documents.Things, TestContext.Current.CancellationToken);

        var (exitCode, output, error) = await McpProcess.RunAsync(
            ["tools", $"--Mcp:Apis:0:Document={file}", "--Mcp:Apis:0:BaseAddress", "http://127.0.0.1:1", "--Mcp:Apis:0:Name=things"]);
        File.Delete(file);

        Assert.True(exitCode == 0, error);
        Assert.StartsWith("things: 4 tools, ", output[output.IndexOf("things: ", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_makes_an_api_key()
    {
        var (exitCode, output, error) = await McpProcess.RunAsync(["create-api-key", "--name", "reports", "--scopes", "orders.read orders.write"]);

        Assert.True(exitCode == 0, error);
        Assert.Contains("orders.write", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Taken_port_gives_one_line_and_exit_code_1()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";

        var (exitCode, output, error) = await McpProcess.RunAsync(["--urls", address], ("Mcp:RefreshInterval", "01:00:00"));

        Assert.Equal(1, exitCode);
        Assert.Contains(address, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + error, StringComparison.Ordinal);
    }
}
