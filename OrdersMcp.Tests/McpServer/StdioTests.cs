using System.Diagnostics;
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
}
