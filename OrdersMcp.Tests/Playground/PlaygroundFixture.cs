using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer.Confirmation;

namespace OrdersMcp.Tests.Playground;

/// <summary>
/// A shop's API, the MCP server in front of it, a server of models, and the playground. The models speak over a real connection with
/// the providers' own clients.
/// </summary>
public sealed class PlaygroundFixture : IAsyncLifetime
{
    internal ShopApi Shop { get; private set; } = null!;

    internal McpApplication Mcp { get; private set; } = null!;

    internal TestModelApi Models { get; private set; } = null!;

    internal PlaygroundApplication Playground { get; private set; } = null!;

    /// <summary>The settings of a playground that uses the servers of this fixture.</summary>
    internal (string Key, string Value)[] Settings =>
    [
        ("Playground:Server", Mcp.Endpoint.AbsoluteUri),
        ("Playground:DefaultModel", "scripted"),
        ("Playground:DashboardUrl", "http://localhost:18888/"),
        .. Model("claude", "Anthropic", TestModelApi.Key, Models.Address),
        .. Model("gpt", "OpenAI", TestModelApi.Key, $"{Models.Address}/v1"),
        .. Model("claude-wrong", "Anthropic", "sk-wrong-key-42", Models.Address),
        .. Model("gpt-wrong", "OpenAI", "sk-wrong-key-42", $"{Models.Address}/v1"),
        .. Model("claude-away", "Anthropic", TestModelApi.Key, "http://127.0.0.1:1"),
        .. Model("gpt-away", "OpenAI", TestModelApi.Key, "http://127.0.0.1:1/v1"),
        .. Model("claude-patient", "Anthropic", TestModelApi.Key, Models.Address, retries: null),
        .. Model("gpt-patient", "OpenAI", TestModelApi.Key, $"{Models.Address}/v1", retries: null),
        ("Playground:Limits:Turns", "4"),
        ("Playground:Limits:ToolCalls", "6"),
        ("Playground:Limits:ResultTokens", "100"),
        ("Playground:Limits:Cost", "100"),
    ];

    public async ValueTask InitializeAsync()
    {
        Shop = await ShopApi.StartAsync();
        Mcp = McpApplication.Start(Shop.Api.Address, TestCaller.Settings);
        Models = await TestModelApi.StartAsync();
        Playground = PlaygroundApplication.Start(Settings);
        await Mcp.WaitForHealthAsync("Healthy");
    }

    public async ValueTask DisposeAsync()
    {
        await Playground.DisposeAsync();
        await Models.DisposeAsync();
        await Mcp.DisposeAsync();
        await Shop.DisposeAsync();
    }

    /// <summary>Asks a question in a new conversation.</summary>
    internal Task<ChatRun> AskAsync(string model, string prompt) => AskAsync(model, [User(prompt)]);

    /// <summary>Goes on with a conversation.</summary>
    internal async Task<ChatRun> AskAsync(string model, IEnumerable<JsonNode> messages, JsonObject? confirmation = null, Action<string>? onEvent = null)
    {
        using var response = await PostAsync("/chat/stream", new JsonObject
        {
            ["model"] = model,
            ["messages"] = new JsonArray([.. messages.Select(message => message.DeepClone())]),
            ["confirmation"] = confirmation,
        });
        Assert.True(response.IsSuccessStatusCode, response.IsSuccessStatusCode ? "" : await TextOfAsync(response)); // reading would wait for the end
        var events = new List<(string, JsonObject)>();
        await foreach (var each in SseParser.Create(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken))
            .EnumerateAsync(TestContext.Current.CancellationToken))
        {
            onEvent?.Invoke(each.EventType);
            events.Add((each.EventType, JsonNode.Parse(each.Data)!.AsObject()));
        }

        return new ChatRun(events, [.. messages, .. events.Where(each => each.Item1 == "message").Select(each => each.Item2)]);
    }

    internal Task<HttpResponseMessage> PostAsync(string path, JsonNode body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, JsonContent.Create(body), headers);

    internal async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(Playground.Address, path)) { Content = body };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await OutsideClient.Shared.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    internal static JsonObject User(string prompt) => new()
    {
        ["role"] = "user",
        ["parts"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = prompt }),
    };

    internal static async Task<string> TextOfAsync(HttpResponseMessage response) =>
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    internal static async Task<JsonObject> JsonOfAsync(HttpResponseMessage response) => JsonNode.Parse(await TextOfAsync(response))!.AsObject();

    private static (string, string)[] Model(string id, string provider, string key, string endpoint, string? retries = "0") =>
    [
        ($"Playground:Models:{id}:Provider", provider),
        ($"Playground:Models:{id}:Model", "test-model"),
        ($"Playground:Models:{id}:Name", $"Model {id}"),
        ($"Playground:Models:{id}:ApiKey", key),
        ($"Playground:Models:{id}:Endpoint", endpoint),
        .. retries is null ? [] : new[] { ($"Playground:Models:{id}:MaxRetries", retries) },
        ($"Playground:Models:{id}:InputPrice", "1000"),
        ($"Playground:Models:{id}:OutputPrice", "5000"),
    ];
}

/// <summary>The events of a request, and the messages for the next.</summary>
internal sealed record ChatRun(IReadOnlyList<(string Kind, JsonObject Data)> Events, IReadOnlyList<JsonNode> Messages)
{
    public string Text => string.Concat(All("text").Select(each => each["delta"]!.GetValue<string>()));

    public JsonObject Done => All("done").Single();

    public JsonObject[] All(string kind) => [.. Events.Where(each => each.Kind == kind).Select(each => each.Data)];

    public JsonObject One(string kind) => All(kind) is [var single] ? single : throw new Xunit.Sdk.XunitException($"Not one {kind}: {this}");

    public override string ToString() => string.Join('\n', Events.Select(each => $"{each.Kind} {each.Data.ToJsonString()}"));
}

/// <summary>The tests share the servers and tell them what to answer, so they run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class PlaygroundCollection : ICollectionFixture<PlaygroundFixture>
{
    public const string Name = "The playground";
}
