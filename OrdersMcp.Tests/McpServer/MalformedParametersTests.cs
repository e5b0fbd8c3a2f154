using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer.Capabilities;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Parameters that are not those of their method get -32602 with what is wrong: over HTTP, over stdio, in both eras.</summary>
[Trait("Category", "Postgres")]
public sealed class MalformedParametersTests(MalformedParametersTests.Server server) : IClassFixture<MalformedParametersTests.Server>
{
    /// <summary>The method, its parameters (absent where empty), and the member that the answer names.</summary>
    public static TheoryData<string, string, string> Requests => new()
    {
        { "tools/call", "", "params.name" },
        { "tools/call", "[1]", "params must be an object" },
        { "tools/call", "\"x\"", "params must be an object" },
        { "tools/call", "{}", "params.name" },
        { "tools/call", """{"name":5}""", "params.name" },
        { "tools/call", """{"name":null}""", "params.name" },
        { "tools/call", """{"name":"get_thing","arguments":[1]}""", "params.arguments" },
        { "tools/call", """{"name":"get_thing","arguments":"x"}""", "params.arguments" },
        { "tools/call", """{"name":"get_thing","arguments":"[1]"}""", "params.arguments" },
        { "tools/call", """{"name":"get_thing","arguments":7}""", "params.arguments" },
        { "tools/call", """{"name":"get_thing","inputResponses":7}""", "params.inputResponses" },
        { "tools/call", """{"name":"get_thing","arguments":{"\ud800":1}}""", "half a character" },
        { "tools/list", "[]", "params must be an object" },
        { "tools/list", "\"x\"", "params must be an object" },
        { "tools/list", """{"cursor":5}""", "params.cursor" },
        { "tools/list", """{"cursor":{}}""", "params.cursor" },
        { "prompts/list", "[]", "params must be an object" },
        { "prompts/list", """{"cursor":5}""", "params.cursor" },
        { "resources/list", "true", "params must be an object" },
        { "resources/list", """{"cursor":[]}""", "params.cursor" },
        { "resources/templates/list", "5", "params must be an object" },
        { "resources/templates/list", """{"cursor":true}""", "params.cursor" },
        { "prompts/get", "", "params.name" },
        { "prompts/get", "{}", "params.name" },
        { "prompts/get", "[]", "params must be an object" },
        { "prompts/get", """{"name":{}}""", "params.name" },
        { "prompts/get", """{"name":"describe_thing","arguments":[]}""", "params.arguments" },
        { "prompts/get", """{"name":"describe_thing","arguments":{"thingId":"\ud800"}}""", "half a character" },
        { "resources/read", "", "params.uri" },
        { "resources/read", "{}", "params.uri" },
        { "resources/read", """{"uri":5}""", "params.uri" },
        { "resources/read", """{"uri":"\ud800"}""", "half a character" },
        { "resources/subscribe", "", "params.uri" },
        { "resources/subscribe", """{"uri":[]}""", "params.uri" },
        { "resources/unsubscribe", "", "params.uri" },
        { "resources/unsubscribe", """{"uri":false}""", "params.uri" },
        { "completion/complete", "", "params.ref" },
        { "completion/complete", """{"name":"x"}""", "params.ref" },
        { "completion/complete", """{"ref":"x","argument":{"name":"a","value":"b"}}""", "params.ref" },
        { "completion/complete", """{"ref":{},"argument":{"name":"a","value":"b"}}""", "params.ref.type" },
        { "completion/complete", """{"ref":{"type":"ref/other"},"argument":{"name":"a","value":"b"}}""", "ref" },
        { "completion/complete", """{"ref":{"type":"ref/prompt"},"argument":{"name":"a","value":"b"}}""", "ref" },
        { "completion/complete", """{"ref":{"type":"ref/prompt","name":5},"argument":{"name":"a","value":"b"}}""", "params.ref.name" },
        { "completion/complete", """{"ref":{"type":"ref/resource"},"argument":{"name":"a","value":"b"}}""", "ref" },
        { "completion/complete", """{"ref":{"type":"ref/prompt","name":"describe_thing"}}""", "params.argument" },
        { "completion/complete", """{"ref":{"type":"ref/prompt","name":"describe_thing"},"argument":[]}""", "params.argument" },
        { "completion/complete", """{"ref":{"type":"ref/prompt","name":"describe_thing"},"argument":{"name":"tone"}}""", "params.argument.value" },
        { "completion/complete", """{"ref":{"type":"ref/prompt","name":"describe_thing"},"argument":{"value":"p"}}""", "params.argument.name" },
        { "completion/complete", """{"ref":{"type":"ref/prompt","name":"describe_thing"},"argument":{"name":"tone","value":7}}""", "params.argument.value" },
        { "completion/complete", """{"ref":{"type":"ref/prompt","name":"describe_thing"},"argument":{"name":"tone","value":"p"},"context":[]}""", "params.context" },
        {
            "completion/complete",
            """{"ref":{"type":"ref/prompt","name":"describe_thing"},"argument":{"name":"tone","value":"p"},"context":{"arguments":{"a":1}}}""",
            "params.context.arguments"
        },
        { "logging/setLevel", "", "params.level" },
        { "logging/setLevel", """{"level":1}""", "params.level" },
        { "subscriptions/listen", "", "params.notifications" },
        { "subscriptions/listen", """{"notifications":[]}""", "params.notifications" },
        { "subscriptions/listen", """{"notifications":{"toolsListChanged":"yes"}}""", "params.notifications.toolsListChanged" },
        { "subscriptions/listen", """{"notifications":{"resourceSubscriptions":[1]}}""", "params.notifications.resourceSubscriptions" },
        { "tasks/get", "{}", "params.taskId" },
        { "tasks/get", """{"taskId":1}""", "params.taskId" },
        { "tasks/cancel", "", "params.taskId" },
        { "tasks/update", """{"taskId":"a","inputResponses":[]}""", "params.inputResponses" },
        { "ping", "[]", "params must be an object" },
        { "server/discover", "\"x\"", "params must be an object" },
        { "initialize", "", "params.protocolVersion" },
        { "initialize", "[]", "params must be an object" },
        { "initialize", """{"protocolVersion":7,"capabilities":{},"clientInfo":{"name":"a","version":"1"}}""", "params.protocolVersion" },
        { "initialize", """{"protocolVersion":"2025-11-25","clientInfo":{"name":"a","version":"1"}}""", "params.capabilities" },
        { "initialize", """{"protocolVersion":"2025-11-25","capabilities":{}}""", "params.clientInfo" },
        { "initialize", """{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"version":"1"}}""", "params.clientInfo.name" },
        { "initialize", """{"protocolVersion":"2025-11-25","capabilities":{"roots":5},"clientInfo":{"name":"a","version":"1"}}""", "params" },
        { "x/y", "\"x\"", "params must be an object" },
        { "tools/list", """{"_meta":5}""", "params._meta" },
        { "tools/list", """{"_meta":{"progressToken":{}}}""", "params._meta.progressToken" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Request_of_the_handshake_era_is_refused_with_what_is_wrong(string method, string parameters, string named)
    {
        using var response = await PostAsync(Message(method, parameters), (Messages.VersionHeader, HandshakeClient.Version));

        AssertRefused(await Messages.ReadAsync(response), named);
        Assert.Equal(method == "initialize" ? HttpStatusCode.BadRequest : HttpStatusCode.OK, response.StatusCode);
    }

    /// <summary>Without the methods that 2026-07-28 no longer has.</summary>
    public static TheoryData<string, string, string> RequestsThatStandAlone => [.. Requests.Where(row => !IsRemoved(row.Data.Item1))];

    /// <summary>The methods that 2026-07-28 no longer has; the package answers a handshake in its own ways.</summary>
    public static TheoryData<string, string, string> RemovedRequests =>
        [.. Requests.Where(row => IsRemoved(row.Data.Item1) && row.Data.Item1 != "initialize")];

    [Theory]
    [MemberData(nameof(RequestsThatStandAlone))]
    public async Task Request_that_stands_alone_is_refused_with_what_is_wrong(string method, string parameters, string named)
    {
        using var response = await PostAsync(
            Message(method, WithMeta(parameters)), (Messages.VersionHeader, Messages.Version), ("Mcp-Method", method));

        AssertRefused(await Messages.ReadAsync(response), named);
    }

    [Theory]
    [MemberData(nameof(RemovedRequests))]
    public async Task Removed_method_is_unknown_whatever_its_parameters_are(string method, string parameters, string named)
    {
        Assert.NotEmpty(named);
        using var response = await PostAsync(
            Message(method, WithMeta(parameters)), (Messages.VersionHeader, Messages.Version), ("Mcp-Method", method));

        await Messages.AssertErrorAsync(response, HttpStatusCode.NotFound, -32601);
    }

    private static bool IsRemoved(string method) =>
        method is "initialize" or "logging/setLevel" or "resources/subscribe" or "resources/unsubscribe";

    [Theory]
    [InlineData("""{"io.modelcontextprotocol/protocolVersion":5}""")]
    [InlineData("""{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":[]}""")]
    [InlineData("""{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":5}}""")]
    [InlineData("""{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/clientInfo":"me"}""")]
    [InlineData("""{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/logLevel":"loud"}""")]
    public async Task Metadata_of_the_wrong_kind_is_refused_by_name(string meta)
    {
        using var response = await PostAsync(
            Message("tools/list", $$"""{"_meta":{{meta}}}"""), (Messages.VersionHeader, Messages.Version), ("Mcp-Method", "tools/list"));

        AssertRefused(await Messages.ReadAsync(response), "io.modelcontextprotocol/");
    }

    [Fact]
    public async Task All_of_them_are_refused_over_stdio_too()
    {
        var rows = Requests.Select(row => row.Data).ToArray();
        var input = string.Concat(rows.Select((row, id) => Message(row.Item1, row.Item2, id + 1) + "\n"));

        var (exitCode, output, errors) = await StdioProcess.RunAsync(server.Api.Address, input);

        var answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())
            .ToDictionary(answer => (int)answer["id"]!);
        Assert.Equal(0, exitCode);
        Assert.Equal(rows.Length, answers.Count);
        Assert.All(rows.Index(), row => AssertRefused(answers[row.Index + 1], row.Item.Item3));
        Assert.DoesNotContain("fail:", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"method":"notifications/cancelled"}""")]
    [InlineData("""{"method":"notifications/cancelled","params":{"requestId":{}}}""")]
    [InlineData("""{"method":"notifications/progress","params":{"progressToken":1}}""")]
    [InlineData("""{"method":"notifications/initialized","params":[]}""")]
    public async Task Notification_that_cannot_be_read_is_refused(string message)
    {
        var body = JsonNode.Parse(message)!.AsObject();
        body["jsonrpc"] = "2.0";
        using var response = await PostAsync(body.ToJsonString(), (Messages.VersionHeader, HandshakeClient.Version));

        await Messages.AssertErrorAsync(response, HttpStatusCode.BadRequest, -32602);
    }

    [Theory]
    [InlineData(HandshakeClient.Version)]
    [InlineData(Messages.Version)]
    public async Task Arguments_as_json_text_are_read_as_the_object_with_a_note(string version)
    {
        server.Api.Answer = context => context.Response.WriteAsync("""{"id":"a"}""");
        var parameters = """{"name":"get_thing","arguments":"{\"thingId\":\"a\"}"}""";
        using var response = await PostAsync(
            Message("tools/call", version == Messages.Version ? WithMeta(parameters) : parameters),
            (Messages.VersionHeader, version), ("Mcp-Method", "tools/call"), ("Mcp-Name", "get_thing"));

        var result = (await Messages.ReadAsync(response))["result"]!;
        Assert.Equal("a", result["structuredContent"]!["id"]!.ToString());
        Assert.StartsWith("Note: arguments", result["content"]!.AsArray()[^1]!["text"]!.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("/things/a", server.Api.Requests.Last().Target, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"thingId":"a\ud800"}""", "thingId")]
    [InlineData("""{"thingId":["a",{"b":"\udc00"}]}""", "thingId[1].b")]
    [InlineData("""{"thingId":{"\ud800":1}}""", "thingId")]
    public async Task Half_a_character_in_an_argument_is_an_argument_error(string arguments, string path)
    {
        using var response = await PostAsync(
            Message("tools/call", $$"""{"name":"get_thing","arguments":{{arguments}}}"""), (Messages.VersionHeader, HandshakeClient.Version));

        var result = (await Messages.ReadAsync(response))["result"]!;
        Assert.True((bool)result["isError"]!);
        var errors = JsonNode.Parse(result["content"]![0]!["text"]!.ToString())!["errors"]!.AsObject();
        Assert.Equal(path, Assert.Single(errors).Key);
        Assert.Contains("half a character", errors[path]![0]!.ToString(), StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> PostAsync(string body, params (string Name, string Value)[] headers) =>
        server.Application.PostAsync(new StringContent(body, Encoding.UTF8, "application/json"), headers);

    private static string Message(string method, string parameters, int id = 7) =>
        $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}"{{(parameters.Length == 0 ? "" : $",\"params\":{parameters}")}}}""";

    /// <summary>The parameters with the metadata that the revision asks for, where they are an object.</summary>
    private static string WithMeta(string parameters)
    {
        const string Meta = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";
        return parameters.Length == 0 || parameters == "{}" ? $"{{{Meta}}}"
            : parameters.Contains("_meta", StringComparison.Ordinal) || parameters[0] != '{' ? parameters
            : $"{{{Meta},{parameters[1..]}";
    }

    private void AssertRefused(JsonObject answer, string named)
    {
        Assert.True(answer["error"] is not null, answer.ToJsonString());
        Assert.Equal(-32602, (int)answer["error"]!["code"]!);
        Assert.Contains(named, answer["error"]!["message"]!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Log.Failures, line => line.Length > 0);
    }

    /// <summary>A server in front of an API with resources, prompts and completion, and what it logs as a failure.</summary>
    public sealed class Server : IAsyncLifetime
    {
        internal TestApi Api { get; private set; } = null!;

        internal McpApplication Application { get; private set; } = null!;

        internal FailureLog Log { get; } = new();

        public async ValueTask InitializeAsync()
        {
            Api = await TestApi.StartAsync(CapabilitiesApi.Document);
            Application = McpApplication.StartWith(Api.Address, services => services.AddLogging(logging => logging.AddProvider(Log)));
            await Application.WaitForHealthAsync("Healthy");
        }

        public async ValueTask DisposeAsync()
        {
            await Application.DisposeAsync();
            await Api.DisposeAsync();
        }
    }

    /// <summary>What is logged at the level of errors.</summary>
    internal sealed class FailureLog : ILoggerProvider, ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Failures => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel) && !formatter(state, exception).Contains("audit", StringComparison.OrdinalIgnoreCase))
            {
                _lines.Enqueue($"{formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }
}
