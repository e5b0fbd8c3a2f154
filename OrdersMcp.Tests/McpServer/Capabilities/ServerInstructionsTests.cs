using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using OrdersMcp.OpenApiTools.Http;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Capabilities;

/// <summary>The server's instructions, capabilities and address.</summary>
[Trait("Category", "Postgres")]
public sealed class ServerInstructionsTests : IAsyncLifetime
{
    private CapabilitiesApi _api = null!;
    private McpApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await CapabilitiesApi.StartAsync();
        _server = McpApplication.Start(_api.Address, ("Mcp:RefreshInterval", "00:00:00.050"));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Discover_has_the_capabilities_of_streams_and_the_instructions_even_while_the_document_is_read()
    {
        var result = (await _server.AskAsync("server/discover", []))["result"]!;

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"completions":{},"extensions":{"io.modelcontextprotocol/tasks":{},"io.modelcontextprotocol/skills":{"directoryRead":true}},"prompts":{"listChanged":true},"resources":{"listChanged":true,"subscribe":true},"tools":{"listChanged":true}}"""),
            result["capabilities"]), result["capabilities"]!.ToJsonString());
        Assert.Equal("List before you get.", result["instructions"]!.ToString());
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2025-06-18")]
    [InlineData("2025-03-26")]
    public async Task Initialize_has_only_what_a_server_without_sessions_can_do(string version)
    {
        await using var server = McpApplication.Start(_api.Address, ("Mcp:Sessions:Max", "0"));

        var result = (await HandshakeAsync(server, "initialize", new JsonObject
        {
            ["protocolVersion"] = version,
            ["capabilities"] = new JsonObject(),
            ["clientInfo"] = new JsonObject { ["name"] = "test", ["version"] = "1" },
        }))["result"]!;

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"completions":{},"prompts":{},"resources":{},"tools":{}}"""), result["capabilities"]), result["capabilities"]!.ToJsonString());
        Assert.Equal("List before you get.", result["instructions"]!.ToString());
    }

    [Fact]
    public async Task Initialize_of_a_session_declares_its_notifications()
    {
        await using var client = await _server.ConnectAsync("2025-11-25");

        Assert.True(client.ServerCapabilities.Tools!.ListChanged);
        Assert.True(client.ServerCapabilities.Prompts!.ListChanged);
        Assert.True(client.ServerCapabilities.Resources!.ListChanged);
        Assert.True(client.ServerCapabilities.Resources!.Subscribe);
        Assert.Null(client.ServerCapabilities.Extensions);
    }

    [Theory]
    [InlineData("logging/setLevel", """{"level":"info"}""", "sends no log messages")]
    [InlineData("resources/subscribe", """{"uri":"things://things/a"}""", "subscriptions/listen")]
    [InlineData("resources/unsubscribe", """{"uri":"things://things/a"}""", "subscriptions/listen")]
    public async Task Unadvertised_method_is_refused(string method, string parameters, string said)
    {
        var error = (await HandshakeAsync(_server, method, JsonNode.Parse(parameters)!.AsObject()))["error"]!;

        Assert.Equal(-32601, (int)error["code"]!);
        Assert.Contains(said, error["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Instructions_follow_the_document_and_are_bounded()
    {
        _api.Api.Document = CapabilitiesApi.Document.Replace(
            "List before you get.", string.Join(' ', Enumerable.Repeat("Each sentence is a rule.", 400)), StringComparison.Ordinal);

        string instructions;
        do
        {
            instructions = (await _server.AskAsync("server/discover", []))["result"]!["instructions"]!.ToString();
        }
        while (instructions == "List before you get.");

        Assert.InRange(instructions.Length, 3000, 4096);
        Assert.EndsWith("a rule.", instructions, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Api_that_cannot_be_reached_does_not_delay_the_handshake()
    {
        using var port = new RefusingPort();
        await using var server = McpApplication.Start(port.Address, ("Mcp:FirstLoadWait", "01:00:00"));

        var result = (await server.AskAsync("server/discover", []))["result"]!;

        Assert.Null(result["instructions"]);
        Assert.NotNull(result["capabilities"]);
    }

    [Fact]
    public async Task Api_that_does_not_answer_delays_the_handshake_and_does_not_prevent_it()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        var isAsked = new TaskCompletionSource();
        api.Answer = async context =>
        {
            isAsked.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        await using var server = McpApplication.Start(
            api.Address, ("Mcp:Apis:0:Document", $"{api.Address}/slow.json"), ("Mcp:FirstLoadWait", "00:00:00.300"));
        await isAsked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        var result = (await server.AskAsync("server/discover", []))["result"]!;

        Assert.Null(result["instructions"]);
        Assert.NotNull(result["capabilities"]);
    }

    [Fact]
    public async Task Path_is_a_setting_and_a_wrong_path_names_it()
    {
        await using var server = McpApplication.Start(_api.Address, ("Mcp:Path", "/agents/mcp"));

        using var wrong = await server.SendAsync(HttpMethod.Post, "/mcp");
        using var right = await server.SendAsync(HttpMethod.Get, "/agents/mcp");

        Assert.Equal(HttpStatusCode.NotFound, wrong.StatusCode);
        Assert.Contains("The MCP endpoint is /agents/mcp.", await wrong.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, right.StatusCode);
    }

    [Theory]
    [InlineData("mcp")]
    [InlineData("/mcp/{x}")]
    [InlineData("/mcp?x")]
    [InlineData("")]
    public void Invalid_path_ends_the_start_and_names_the_setting(string path)
    {
        var exception = Assert.ThrowsAny<Exception>(() => McpApplication.Start(_api.Address, ("Mcp:Path", path)));

        Assert.Contains("Mcp:Path must be a path such as /mcp", exception.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://[::]:5090", "http://localhost:5090/mcp")]
    [InlineData("http://0.0.0.0:80", "http://localhost:80/mcp")]
    [InlineData("https://*:443", "https://localhost:443/mcp")]
    [InlineData("http://127.0.0.1:5090", "http://127.0.0.1:5090/mcp")]
    public void Announced_url_can_be_called(string address, string url) => Assert.Equal(url, EndpointAnnouncement.UrlOf(address, "/mcp"));

    [Fact]
    public void Error_returned_to_a_client_is_not_logged_as_a_server_failure()
    {
        using var log = new ListLog();
        using var factory = LoggerFactory.Create(builder => builder.AddProvider(log));
        using var quiet = AnsweredErrorsUnlogged.Over(factory);
        var logger = quiet.CreateLogger("ModelContextProtocol.Server.McpServer");

        logger.LogError(new McpProtocolException("There is no such resource."), "told");
        logger.LogError(new InvalidOperationException("A mistake."), "mistake");
        quiet.CreateLogger("test").LogError(new McpProtocolException("Of another part."), "other");

        Assert.Equal(["mistake", "other"], log.Lines);
    }

    private static async Task<JsonObject> HandshakeAsync(McpApplication server, string method, JsonObject parameters)
    {
        using var response = await server.PostAsync(JsonContent.Create(
            new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters }));
        return await Messages.ReadAsync(response);
    }

    private sealed class ListLog : ILoggerProvider, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));

        public void Dispose()
        {
            // Nothing to dispose.
        }
    }
}
