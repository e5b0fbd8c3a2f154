using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using OrdersMcp.AppHost.Local;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer.Capabilities;

namespace OrdersMcp.Tests.Clients;

/// <summary>
/// The most common requests of agents, with unmodified npm clients: list, call, write twice with one key, read, get a prompt,
/// cancel a call; and with those that can: confirm a call, hear of changes, see progress. <see cref="ClientTests"/> covers
/// mcp-remote and the C# SDK.
/// </summary>
[Trait("Category", "Postgres")]
public sealed class ClientMatrixTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static readonly string Document = CapabilitiesApi.Document.Replace("\"/completion\": {", """
        "/things": {
          "post": {
            "operationId": "add_thing",
            "parameters": [ { "name": "Idempotency-Key", "in": "header", "schema": { "type": "string" } } ],
            "requestBody": { "required": true, "content": { "application/json": { "schema": {
              "type": "object", "properties": { "id": { "type": "string" } }, "required": ["id"] } } } },
            "responses": { "201": { "description": "The thing", "content": { "application/json": { "schema": {
              "type": "object", "properties": { "id": { "type": "string" }, "number": { "type": "integer" } } } } } } }
          }
        },
        "/removal": {
          "post": { "operationId": "remove_things", "summary": "Remove all things", "responses": { "204": { "description": "Gone" } }, "x-mcp": { "confirm": true } }
        },
        "/completion": {
        """, StringComparison.Ordinal);

    private readonly TaskCompletionSource _hanging = new();
    private readonly TaskCompletionSource _abandoned = new();
    private readonly TaskCompletionSource _released = new();

    private CapabilitiesApi _api = null!;
    private McpProcess _server = null!;

    public async ValueTask InitializeAsync()
    {
        var written = new Dictionary<string, int>(StringComparer.Ordinal);
        _api = await CapabilitiesApi.StartAsync(Document);
        _api.Answer = async context =>
        {
            switch (context.Request.Path.Value)
            {
                case "/things":
                    var key = context.Request.Headers["Idempotency-Key"].ToString();
                    written.TryAdd(key, written.Count + 1);
                    context.Response.StatusCode = StatusCodes.Status201Created;
                    await context.Response.WriteAsJsonAsync(new { id = "new", number = written[key] });
                    return;
                case "/removal":
                    context.Response.StatusCode = StatusCodes.Status204NoContent;
                    return;
                case "/things/hanging":
                    await using (context.RequestAborted.Register(() => _abandoned.TrySetResult()))
                    {
                        _hanging.TrySetResult();
                        await _abandoned.Task.WaitAsync(Patience);
                    }

                    return;
                case "/things/when-hanging":
                    await _hanging.Task.WaitAsync(Patience);
                    break;
                case "/things/when-abandoned":
                    await _abandoned.Task.WaitAsync(Patience);
                    break;
                case "/things/change":
                    await _api.TellAsync("""{"thingId":"a"}""");
                    break;
                case "/things/slow":
                    await _released.Task.WaitAsync(Patience);
                    break;
                case "/things/release":
                    _released.TrySetResult();
                    break;
            }

            await context.Response.WriteAsync("""{"id":"a"}""");
        };
        _server = await McpProcess.StartAsync(_api.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Theory]
    [InlineData("typescript-1")]
    [InlineData("typescript-2")]
    [InlineData("typescript-2-newest")]
    [InlineData("ai-sdk")]
    [InlineData("langchain")]
    public async Task Client_works_as_it_comes(string client)
    {
        var node = (await InstalledTools.InspectorAsync()).Node;
        var (exitCode, output, error) = await ProgramRun.RunAsync(new ProcessStartInfo(node, [
            Path.Combine(AppContext.BaseDirectory, "Tools", "clients", "matrix.mjs"),
            await InstalledTools.ClientModulesAsync(), client, _server.Endpoint.AbsoluteUri,
        ]), Patience);
        Assert.True(exitCode == 0, error);

        var got = JsonNode.Parse(output)!;
        AssertRight(got);
        Assert.Equal("aborted", (string)got["cancelled"]!);
        await _api.WaitForListenersAsync(0);
        if (client.StartsWith("typescript", StringComparison.Ordinal))
        {
            Assert.Equal("Remove all things?", (string)Assert.Single(got["confirmed"]!["questions"]!.AsArray())!);
            Assert.Single(_api.Api.Requests, request => request.Target == "/removal");
            Assert.Equal("things://things/a", (string)got["heard"]!);
            Assert.Equal("""{"id":"a"}""", (string)got["waited"]!);
            Assert.Equal("""{"id":"a"}""", (string)got["released"]!); // the client asked for it once progress was reported
        }
    }

    [Fact]
    public async Task Inspector_on_the_command_line_works_as_it_comes()
    {
        var inspector = await InstalledTools.InspectorAsync();
        string[] write = ["--method", "tools/call", "--tool-name", "add_thing", "--tool-args-json", """{"id":"new","idempotencyKey":"one-key"}"""];

        AssertRight(new JsonObject
        {
            ["tools"] = new JsonArray([.. (await RunAsync(inspector, "--method", "tools/list"))["tools"]!.AsArray().Select(tool => tool!["name"]!.DeepClone())]),
            ["called"] = TextOf(await RunAsync(inspector, "--method", "tools/call", "--tool-name", "get_thing", "--tool-args-json", """{"thingId":"a"}""")),
            ["first"] = TextOf(await RunAsync(inspector, write)),
            ["second"] = TextOf(await RunAsync(inspector, write)),
            ["read"] = (await RunAsync(inspector, "--method", "resources/read", "--uri", "things://things/a"))["contents"]![0]!["text"]!.DeepClone(),
            ["prompt"] = (await RunAsync(inspector, "--method", "prompts/get", "--prompt-name", "describe_thing", "--prompt-args", "thingId=a"))["messages"]![0]!["content"]!["text"]!.DeepClone(),
        });
    }

    /// <summary>It connects, and reads the tools, without an account.</summary>
    [Fact]
    public async Task Claude_code_connects_over_http_and_over_stdio()
    {
        var claude = await InstalledTools.ClaudeCodeAsync();
        var home = Directory.CreateTempSubdirectory("ordersmcp-claude-").FullName;
        try
        {
            await RunClaudeAsync(claude, home, "mcp", "add", "--transport", "http", "things", _server.Endpoint.AbsoluteUri);
            await RunClaudeAsync(claude, home, "mcp", "add", "local-things", "--", "dotnet", BuiltProgram.Path("OrdersMcp.McpServer"), "--stdio", "--api", _api.Address);

            var list = await RunClaudeAsync(claude, home, "mcp", "list");

            Assert.Matches($@"(?m)^things: {Regex.Escape(_server.Endpoint.AbsoluteUri)} \(HTTP\) - \W+ Connected\s*$", list);
            Assert.Matches(@"(?m)^local-things: dotnet .* - \W+ Connected\s*$", list);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static async Task<string> RunClaudeAsync(string claude, string home, params string[] arguments)
    {
        var (exitCode, output, error) = await ProgramRun.RunAsync(
            new ProcessStartInfo(claude, arguments)
            {
                WorkingDirectory = home,
                Environment = { ["HOME"] = home, ["CLAUDE_CONFIG_DIR"] = home, ["DISABLE_AUTOUPDATER"] = "1", ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"] = "1" },
            },
            Patience);
        Assert.True(exitCode == 0, output + error);
        return output;
    }

    private void AssertRight(JsonNode got)
    {
        Assert.Equal(["add_thing", "get_thing", "remove_things"], got["tools"]!.AsArray().Select(tool => (string)tool!).Order(StringComparer.Ordinal));
        Assert.Equal("""{"id":"a"}""", (string)got["called"]!);
        Assert.Equal("""{"id":"new","number":1}""", (string)got["first"]!);
        Assert.Equal((string)got["first"]!, (string)got["second"]!);
        Assert.Equal("""{"id":"a"}""", (string)got["read"]!);
        Assert.StartsWith("Describe a in", (string)got["prompt"]!, StringComparison.Ordinal);
        Assert.Equal(
            ["one-key", "one-key"],
            _api.Api.Requests.Where(request => request.Target == "/things").Select(request => request.Headers["Idempotency-Key"]));
    }

    private async Task<JsonNode> RunAsync(InspectorProgram inspector, params string[] arguments)
    {
        var (exitCode, output, error) = await ProgramRun.RunAsync(new ProcessStartInfo(inspector.Node, [
            inspector.Script, "--cli", _server.Endpoint.AbsoluteUri, "--transport", "http", "--format", "json", "-q", .. arguments,
        ]), Patience);
        Assert.True(exitCode == 0, output + error);
        return JsonNode.Parse(output)!["result"]!;
    }

    private static string TextOf(JsonNode result) => (string)result["content"]![0]!["text"]!;
}
