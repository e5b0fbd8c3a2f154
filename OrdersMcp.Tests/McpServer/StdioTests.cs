using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Client;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer;

/// <summary>The server as a client's child process.</summary>
[Trait("Category", "Postgres")]
public sealed class StdioTests
{
    private static readonly string Server = BuiltProgram.Path("OrdersMcp.McpServer");

    [Fact]
    public async Task Client_lists_and_calls_tools()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        api.Answer = context => context.Response.WriteAsync("""{"id":"a"}""");
        await using var client = await McpClient.CreateAsync(
            new StdioClientTransport(new StdioClientTransportOptions { Command = "dotnet", Arguments = [Server, "--stdio", "--api", api.Address, "--Audit:Api="] }),
            cancellationToken: TestContext.Current.CancellationToken);

        var tools = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        var result = await client.CallToolAsync(
            "get_thing", new Dictionary<string, object?> { ["thingId"] = "a" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(4, tools.Count);
        Assert.Equal("a", result.StructuredContent!.Value.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Output_is_messages_alone_and_the_end_of_input_ends_the_process()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Server, "--stdio", "--Audit:Api="])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["services__api__http__0"] = api.Address },
        })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);

        await process.StandardInput.WriteLineAsync(
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""");
        var answer = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Contains("\"protocolVersion\":\"2025-11-25\"", answer, StringComparison.Ordinal);
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("Application started", await errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_before_the_end_of_input_are_answered()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        api.Answer = async context =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), context.RequestAborted); // the input has ended long before
            await context.Response.WriteAsync("""{"id":"a"}""");
        };

        var answers = await AskAsync(
            api.Address,
            """
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}
            {"jsonrpc":"2.0","method":"notifications/initialized"}
            {"jsonrpc":"2.0","id":"two","method":"tools/call","params":{"name":"get_thing","arguments":{"thingId":"a"}}}
            {"jsonrpc":"2.0","id":3,"method":"tools/list"}
            """);

        Assert.Equal(3, answers.Count);
        Assert.Equal("2025-11-25", answers["1"]["result"]!["protocolVersion"]!.ToString());
        Assert.Equal("a", answers["two"]["result"]!["structuredContent"]!["id"]!.ToString());
        Assert.Equal(4, answers["3"]["result"]!["tools"]!.AsArray().Count);
    }

    [Fact]
    public async Task Byte_order_mark_is_ignored()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);

        var answers = await AskAsync(api.Address, "\uFEFF{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\r\n");

        Assert.Equal("{}", Assert.Single(answers).Value["result"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1.5,"method":"ping"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"ping"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":true,"method":"ping"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":[1],"method":"ping"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":"\ud800","method":"ping"}""", -32600)]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"ping"}]""", -32600)]
    [InlineData("""{"jsonrpc":"2.0",""", -32700)]
    public async Task Line_that_is_no_request_is_answered(string line, int code)
    {
        await using var api = await TestApi.StartAsync(Documents.Things);

        var (_, output, _) = await StdioProcess.RunAsync(api.Address, line + "\n");

        var answer = JsonNode.Parse(Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)))!;
        Assert.Equal(code, (int)answer["error"]!["code"]!);
        Assert.Null(answer["id"]);
    }

    [Fact]
    public async Task Stream_of_changes_does_not_hold_the_end_of_input_up()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        var listen = Messages.Request("subscriptions/listen", new JsonObject { ["notifications"] = new JsonObject { ["toolsListChanged"] = true } });

        var (exitCode, _, _) = await StdioProcess.RunAsync(api.Address, listen.ToJsonString() + "\n");

        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Missing_address_of_the_api_is_said_with_the_option_that_sets_it()
    {
        var (exitCode, output, errors) = await StdioProcess.RunAsync(["--stdio"], "", ("DOTNET_ENVIRONMENT", "Production"), ("ASPNETCORE_ENVIRONMENT", "Production"));

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains("--api", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Development_has_an_address_of_the_api_without_the_option()
    {
        var (exitCode, output, _) = await StdioProcess.RunAsync(
            ["--stdio", "--Audit:Api="], """{"jsonrpc":"2.0","id":1,"method":"ping"}""", ("DOTNET_ENVIRONMENT", ""), ("ASPNETCORE_ENVIRONMENT", "Development"));

        Assert.Equal(0, exitCode);
        Assert.Contains("\"result\":{}", output, StringComparison.Ordinal);
    }

    /// <summary>The answers by their ids; every line of the output is a message, if only of a change.</summary>
    private static async Task<Dictionary<string, JsonObject>> AskAsync(string apiAddress, string input)
    {
        var (exitCode, output, _) = await StdioProcess.RunAsync(apiAddress, input);
        Assert.Equal(0, exitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())
            .Where(message => message.ContainsKey("id")).ToDictionary(answer => answer["id"]!.ToString(), StringComparer.Ordinal);
    }
}
