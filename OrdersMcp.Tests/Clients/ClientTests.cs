using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer.Capabilities;

namespace OrdersMcp.Tests.Clients;

/// <summary>Third-party clients against the server process.</summary>
[Trait("Category", "Postgres")]
public sealed class ClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Client_of_the_typescript_sdk_lists_calls_reads_gets_and_completes()
    {
        await using var api = await StartApiAsync();
        await using var server = await McpProcess.StartAsync(api.Address);

        var results = await RunTypeScriptAsync(server.Endpoint, """
            [
              ["listTools"],
              ["callTool", { "name": "get_thing", "arguments": { "thingId": "a" } }],
              ["listResources"],
              ["listResourceTemplates"],
              ["readResource", { "uri": "things://things/a" }],
              ["listPrompts"],
              ["getPrompt", { "name": "describe_thing", "arguments": { "thingId": "a" } }],
              ["complete", { "ref": { "type": "ref/prompt", "name": "describe_thing" }, "argument": { "name": "thingId", "value": "a" } }]
            ]
            """);

        Assert.Equal("List before you get.", results["instructions"]!.ToString());
        Assert.Equal("get_thing", results["listTools"]!["tools"]![0]!["name"]!.ToString());
        Assert.Equal("a", results["callTool"]!["structuredContent"]!["id"]!.ToString());
        Assert.Equal(3, results["listResources"]!["resources"]!.AsArray().Count);
        Assert.Equal(2, results["listResourceTemplates"]!["resourceTemplates"]!.AsArray().Count);
        Assert.Equal("""{"id":"a"}""", results["readResource"]!["contents"]![0]!["text"]!.ToString());
        Assert.Equal(2, results["listPrompts"]!["prompts"]!.AsArray().Count);
        Assert.StartsWith("Describe a in", results["getPrompt"]!["messages"]![0]!["content"]!["text"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("""["a1","a2"]""", results["complete"]!["completion"]!["values"]!.ToJsonString());
    }

    [Fact]
    public async Task Bridge_from_stdio_carries_everything()
    {
        await using var api = await StartApiAsync();
        await using var server = await McpProcess.StartAsync(api.Address);
        var (node, modules) = ((await InstalledTools.InspectorAsync()).Node, await InstalledTools.ClientModulesAsync());
        await using var client = await McpClient.CreateAsync(
            new StdioClientTransport(new StdioClientTransportOptions
            {
                Command = node,
                Arguments = [Path.Combine(modules, "mcp-remote", "dist", "proxy.js"), server.Endpoint.AbsoluteUri, "--transport", "http-only"],
                EnvironmentVariables = new Dictionary<string, string?> { ["MCP_REMOTE_CONFIG_DIR"] = Directory.CreateTempSubdirectory("mcp-remote").FullName },
            }),
            new McpClientOptions { InitializationTimeout = Patience },
            cancellationToken: TestContext.Current.CancellationToken);

        await UseEverythingAsync(client);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2025-11-25")]
    [InlineData("2025-06-18")]
    [InlineData("2025-03-26")]
    public async Task Client_of_the_csharp_sdk_uses_everything_over_http(string? version)
    {
        await using var api = await StartApiAsync();
        await using var server = McpApplication.Start(api.Address);
        await using var client = await server.ConnectAsync(version);

        await UseEverythingAsync(client);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2025-11-25")]
    public async Task Client_of_the_csharp_sdk_uses_everything_over_stdio(string? version)
    {
        await using var api = await StartApiAsync();
        await using var client = await ConnectByStdioAsync(api, version);

        await UseEverythingAsync(client);
    }

    [Theory]
    [InlineData("stdio")]
    [InlineData("http")]
    public async Task Client_of_the_handshake_era_subscribes_and_hears_of_changes(string transport)
    {
        await using var api = await StartApiAsync();
        await using var server = transport == "http"
            ? McpApplication.Start(api.Address, ("Mcp:RefreshInterval", "00:00:00.200"))
            : null;
        await using var client = await (server?.ConnectAsync("2025-11-25") ?? ConnectByStdioAsync(api, "2025-11-25"));
        var updated = new TaskCompletionSource<string>();
        var listed = new TaskCompletionSource();
        await using var lists = client.RegisterNotificationHandler(NotificationMethods.PromptListChangedNotification, (_, _) =>
        {
            listed.TrySetResult();
            return ValueTask.CompletedTask;
        });
        Assert.True(client.ServerCapabilities.Resources!.Subscribe);
        Assert.True(client.ServerCapabilities.Prompts!.ListChanged);

        await using (await client.SubscribeToResourceAsync(new Uri("things://things/a"), (changed, _) =>
        {
            updated.TrySetResult(changed.Uri);
            return ValueTask.CompletedTask;
        }, cancellationToken: TestContext.Current.CancellationToken))
        {
            await api.TellAsync("""{"thingId":"a"}""");
            Assert.Equal("things://things/a", await updated.Task.WaitAsync(Patience, TestContext.Current.CancellationToken));
        }

        await api.WaitForListenersAsync(0).WaitAsync(Patience, TestContext.Current.CancellationToken);
        api.Api.Document = CapabilitiesApi.Document.Replace("count_things", "count_all_things", StringComparison.Ordinal);
        await listed.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        var exception = await Assert.ThrowsAsync<McpProtocolException>(() =>
            client.SubscribeToResourceAsync("things://shelves/1/a", cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("cannot be subscribed to", exception.Message, StringComparison.Ordinal);
    }

    private static async Task<CapabilitiesApi> StartApiAsync()
    {
        var api = await CapabilitiesApi.StartAsync();
        api.Answer = context => context.Response.WriteAsync(
            context.Request.Path == "/completion" ? """{"values":["a1","a2"],"total":2,"hasMore":false}""" : """{"id":"a"}""");
        return api;
    }

    private static Task<McpClient> ConnectByStdioAsync(CapabilitiesApi api, string? version) => McpClient.CreateAsync(
        new StdioClientTransport(new StdioClientTransportOptions
        {
            Command = "dotnet",
            Arguments = [BuiltProgram.Path("OrdersMcp.McpServer"), "--stdio", "--api", api.Address, "--Mcp:RefreshInterval", "00:00:00.200"],
        }),
        new McpClientOptions { ProtocolVersion = version, InitializationTimeout = Patience },
        cancellationToken: TestContext.Current.CancellationToken);

    private static async Task UseEverythingAsync(McpClient client)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        Assert.Equal("List before you get.", client.ServerInstructions);
        Assert.Null(client.ServerCapabilities.GetType().GetProperty("Logging")!.GetValue(client.ServerCapabilities));
        Assert.Equal("get_thing", Assert.Single(await client.ListToolsAsync(cancellationToken: cancellationToken)).Name);
        var called = await client.CallToolAsync(
            "get_thing", new Dictionary<string, object?> { ["thingId"] = "a" }, cancellationToken: cancellationToken);
        Assert.Equal("a", called.StructuredContent!.Value.GetProperty("id").GetString());
        Assert.Equal(3, (await client.ListResourcesAsync(cancellationToken: cancellationToken)).Count);
        Assert.Equal(2, (await client.ListResourceTemplatesAsync(cancellationToken: cancellationToken)).Count);
        var read = await client.ReadResourceAsync("things://things/a", cancellationToken: cancellationToken);
        Assert.Equal("""{"id":"a"}""", Assert.IsType<TextResourceContents>(Assert.Single(read.Contents)).Text);
        Assert.Equal(2, (await client.ListPromptsAsync(cancellationToken: cancellationToken)).Count);
        var prompt = await client.GetPromptAsync(
            "describe_thing", new Dictionary<string, object?> { ["thingId"] = "a" }, cancellationToken: cancellationToken);
        Assert.StartsWith("Describe a in", Assert.IsType<TextContentBlock>(Assert.Single(prompt.Messages).Content).Text, StringComparison.Ordinal);
        var completed = await client.CompleteAsync(
            new ResourceTemplateReference { Uri = "things://things/{thingId}" }, "thingId", "a", cancellationToken: cancellationToken);
        Assert.Equal(["a1", "a2"], completed.Completion.Values);
    }

    private static async Task<JsonNode> RunTypeScriptAsync(Uri endpoint, string requests)
    {
        var node = (await InstalledTools.InspectorAsync()).Node;
        var (exitCode, output, error) = await ProgramRun.RunAsync(new ProcessStartInfo(node, [
            Path.Combine(AppContext.BaseDirectory, "Tools", "clients", "client.mjs"), await InstalledTools.ClientModulesAsync(), endpoint.AbsoluteUri, requests,
        ]), Patience);
        Assert.True(exitCode == 0, error);
        return JsonNode.Parse(output)!;
    }
}
