using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Client;
using OrdersMcp.McpServer.Catalog;

namespace OrdersMcp.Tests.Hosting;

/// <summary>The MCP server on a free loopback port, in front of the API at <paramref name="apiAddress"/>.</summary>
internal sealed class McpApplication(string apiAddress, params (string Key, string Value)[] settings) : WebApplicationFactory<McpOptions>
{
    private readonly string _audit = Path.Combine(Path.GetTempPath(), $"ordersmcp-test-audit-{Guid.NewGuid():N}");
    private Action<IServiceCollection> _configure = _ => { };
    private string? _file;

    public static McpApplication Start(string apiAddress, params (string Key, string Value)[] settings) =>
        Start(new McpApplication(apiAddress, settings));

    /// <summary>Starts it with services of the test's.</summary>
    public static McpApplication StartWith(
        string apiAddress, Action<IServiceCollection> configure, params (string Key, string Value)[] settings) =>
        Start(new McpApplication(apiAddress, settings) { _configure = configure });

    /// <summary>Starts it with a file of settings, which is read again when it changes.</summary>
    public static McpApplication StartWithFile(
        string apiAddress, string file, Action<IServiceCollection> configure, params (string Key, string Value)[] settings) =>
        Start(new McpApplication(apiAddress, settings) { _configure = configure, _file = file });

    private static McpApplication Start(McpApplication application)
    {
        application.UseKestrel();
        application.StartServer();
        return application;
    }

    public Uri Endpoint => new(ClientOptions.BaseAddress, "/mcp");

    public Uri Health => new(ClientOptions.BaseAddress, "/health");

    /// <summary>A client of the C# SDK, which negotiates the newest protocol version unless told another.</summary>
    public async Task<McpClient> ConnectAsync(string? protocolVersion = null) => await McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions { Endpoint = Endpoint, TransportMode = HttpTransportMode.StreamableHttp }),
        new McpClientOptions { ProtocolVersion = protocolVersion },
        cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Posts a body as it is, with the headers that the newest protocol version asks for unless others are given.</summary>
    public async Task<HttpResponseMessage> PostAsync(HttpContent body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Endpoint) { Content = body };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await OutsideClient.Shared.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Sends a well-formed request of protocol version 2026-07-28, and gives its answer.</summary>
    public Task<JsonObject> CallAsync(string tool, JsonObject arguments, params (string Name, string Value)[] headers) =>
        Messages.CallAsync(Endpoint, tool, arguments, headers);

    /// <summary>Sends a request without a body to a path of the server.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(ClientOptions.BaseAddress, path));
        return await OutsideClient.Shared.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until <c>/health</c> answers this word.</summary>
    public Task WaitForHealthAsync(string word) => Until.HealthyAsync(Health, word);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (Directory.Exists(_audit))
        {
            Directory.Delete(_audit, recursive: true);
        }
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.ConfigureServices(_configure);
        if (_file is not null)
        {
            builder.ConfigureAppConfiguration(configuration => configuration.AddJsonFile(_file, optional: false, reloadOnChange: true));
        }

        builder.UseUrls("http://127.0.0.1:0");
        builder.UseSetting("services:api:http:0", apiAddress);
        builder.UseSetting("Audit:Directory", _audit); // not where others of this machine keep theirs
        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }
    }
}

/// <summary>JSON-RPC messages of protocol version 2026-07-28.</summary>
internal static class Messages
{
    public const string Version = "2026-07-28";
    public const string VersionHeader = "MCP-Protocol-Version";

    /// <summary>Calls a tool, and gives the answer.</summary>
    public static async Task<JsonObject> CallAsync(
        Uri endpoint, string tool, JsonObject arguments, IEnumerable<(string Name, string Value)>? headers = null, JsonObject? meta = null)
    {
        var body = Request("tools/call", new JsonObject { ["name"] = tool, ["arguments"] = arguments.DeepClone() });
        foreach (var (name, value) in meta ?? [])
        {
            body["params"]!["_meta"]![name] = value?.DeepClone();
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = JsonContent.Create(body) };
        foreach (var (name, value) in new[] { (VersionHeader, Version), ("Mcp-Method", "tools/call"), ("Mcp-Name", tool) }.Concat(headers ?? []))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await OutsideClient.Shared.SendAsync(request, TestContext.Current.CancellationToken);
        return await ReadAsync(response);
    }

    /// <summary>The arguments of a call that are repeated as headers (<c>x-mcp-header</c> of the orders API's tools).</summary>
    public static IEnumerable<(string Name, string Value)> Repeated(JsonObject arguments) =>
        new[] { ("orderId", "Mcp-Param-Order-Id"), ("customerId", "Mcp-Param-Customer-Id") }
            .Where(each => arguments[each.Item1] is not null).Select(each => (each.Item2, arguments[each.Item1]!.ToString()));

    /// <summary>The tools that a server lists.</summary>
    public static async Task<JsonArray> ListAsync(Uri endpoint)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = JsonContent.Create(Request("tools/list")) };
        request.Headers.Add(VersionHeader, Version);
        request.Headers.Add("Mcp-Method", "tools/list");
        using var response = await OutsideClient.Shared.SendAsync(request, TestContext.Current.CancellationToken);
        return (await ReadAsync(response))["result"]!["tools"]!.AsArray();
    }

    public static JsonObject Request(string method, JsonObject? parameters = null)
    {
        parameters ??= [];
        parameters["_meta"] = new JsonObject
        {
            ["io.modelcontextprotocol/protocolVersion"] = Version,
            ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject(),
        };
        return new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 7, ["method"] = method, ["params"] = parameters };
    }

    /// <summary>The last message of an answer, be it JSON or events.</summary>
    public static async Task<JsonObject> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var json = response.Content.Headers.ContentType?.MediaType == "text/event-stream"
            ? text.Split('\n').Last(line => line.StartsWith("data: ", StringComparison.Ordinal))["data: ".Length..]
            : text;
        return JsonNode.Parse(json) as JsonObject ?? throw new JsonException($"Not an object: {text}");
    }
}
