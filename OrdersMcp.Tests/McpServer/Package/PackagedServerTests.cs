using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Client;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Package;

/// <summary>The packaged server, started by the official C# SDK's client like any client.</summary>
[Trait("Category", "Postgres")]
public sealed class PackagedServerTests(PackedServer packed) : IClassFixture<PackedServer>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    [Fact]
    public Task Installed_tool_lists_and_calls() => UseAsync(packed.Program, []);

    [Fact]
    public Task One_shot_command_lists_and_calls() => UseAsync(
        "dotnet", ["dnx", $"OrdersMcp.McpServer@{packed.Version}", "--yes", "--source", packed.Source, "--"]);

    /// <summary>Processor time. About a second on an idle machine; twice that on a busy one.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task First_answer_costs_little_and_waits_for_no_api(bool isUp)
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        using var port = new RefusingPort();

        var cost = TimeSpan.MaxValue;
        for (var i = 0; i < 3 && cost > Limit; i++)
        {
            var start = await CostOfFirstAnswerAsync(isUp ? api.Address : port.Address);
            cost = start < cost ? start : cost;
        }

        Assert.InRange(cost, TimeSpan.Zero, Limit);
    }

    [Fact]
    public async Task Settings_of_another_program_in_the_folder_are_not_read()
    {
        var folder = Directory.CreateTempSubdirectory("ordersmcp-elsewhere");
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "appsettings.json"), """{ "Mcp": { "Path": 7 } }""", TestContext.Current.CancellationToken);
            var document = Path.Combine(folder.FullName, "openapi.json");
            await File.WriteAllTextAsync(document, Documents.Things, TestContext.Current.CancellationToken);

            var (exitCode, output, error) = await ProgramRun.RunAsync(
                new ProcessStartInfo(packed.Program, ["tools", "--document", "openapi.json"]) { WorkingDirectory = folder.FullName }, Patience);

            Assert.True(exitCode == 0, error);
            Assert.Contains("get_thing", output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<TimeSpan> CostOfFirstAnswerAsync(string apiAddress)
    {
        using var process = Process.Start(new ProcessStartInfo(
            packed.Program, ["stdio", "--api", apiAddress, "--Audit:Api=", "--Mcp:FirstLoadWait", "01:00:00"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.StandardInput.WriteLineAsync(
                """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""");
            var answer = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
            var cost = process.TotalProcessorTime;
            process.StandardInput.Close();
            Assert.True(answer?.Contains("\"protocolVersion\"", StringComparison.Ordinal), answer + await errors);
            return cost;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private async Task UseAsync(string command, string[] arguments)
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        api.Answer = context => context.Response.WriteAsync("""{"id":"a"}""");
        await using var client = await ConnectAsync(command, arguments, api.Address);

        var tools = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        var result = await client.CallToolAsync(
            "get_thing", new Dictionary<string, object?> { ["thingId"] = "a" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(4, tools.Count);
        Assert.Equal("a", result.StructuredContent!.Value.GetProperty("id").GetString());
    }

    private Task<McpClient> ConnectAsync(string command, string[] arguments, string apiAddress) => McpClient.CreateAsync(
        new StdioClientTransport(new StdioClientTransportOptions
        {
            Command = command,
            Arguments = [.. arguments, "stdio", "--api", apiAddress, "--Audit:Api="],
            WorkingDirectory = Path.GetTempPath(),
            EnvironmentVariables = packed.Environment,
        }),
        new McpClientOptions { InitializationTimeout = Patience },
        cancellationToken: TestContext.Current.CancellationToken);
}
