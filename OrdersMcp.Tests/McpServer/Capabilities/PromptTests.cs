using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Capabilities;

/// <summary>Prompts of the document, filled with a user's arguments.</summary>
[Trait("Category", "Postgres")]
public sealed class PromptTests : IAsyncLifetime
{
    private CapabilitiesApi _api = null!;
    private McpApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await CapabilitiesApi.StartAsync();
        _server = McpApplication.Start(_api.Address);
        await _server.WaitForHealthAsync("Healthy");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Client_lists_prompts_and_gets_one_filled()
    {
        await using var client = await _server.ConnectAsync();

        var prompts = await client.ListPromptsAsync(cancellationToken: TestContext.Current.CancellationToken);
        var page = await client.ListPromptsAsync(new ListPromptsRequestParams(), TestContext.Current.CancellationToken);
        var filled = await client.GetPromptAsync(
            "describe_thing", new Dictionary<string, object?> { ["thingId"] = " a{tone}b ", ["tone"] = "Poetic" },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["count_things", "describe_thing"], prompts.Select(prompt => prompt.Name));
        Assert.Equal(("Describe a thing", "Describes one thing."), (prompts[1].Title, prompts[1].Description));
        Assert.Equal(
            [("thingId", true), ("tone", false), ("words", false)],
            prompts[1].ProtocolPrompt.Arguments!.Select(argument => (argument.Name, argument.Required!.Value)));
        Assert.Equal((TimeSpan.FromSeconds(15), CacheScope.Public), (page.TimeToLive, page.CacheScope));
        var message = Assert.Single(filled.Messages);
        Assert.Equal(Role.User, message.Role);
        Assert.Equal("Describe a{tone}b in a Poetic tone.\nWords: .", Assert.IsType<TextContentBlock>(message.Content).Text);
    }

    [Fact]
    public async Task Argument_adds_no_lines_or_invisible_characters()
    {
        var answer = await GetAsync(new JsonObject { ["thingId"] = "a\r\nb\u0007c\u2028d\u200Be\u202Ef" });

        Assert.StartsWith("Describe a  b c def in", answer["result"]!["messages"]![0]!["content"]!["text"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "'thingId' is required.")]
    [InlineData("""{"thingId":"  "}""", "'thingId' is required.")]
    [InlineData("""{"thingId":["a"]}""", "'thingId' must be a string.")]
    [InlineData("""{"thingId":"a","tone":"angry"}""", "'tone' must be one of plain, poetic, explain.")]
    [InlineData("""{"thingid":"a"}""", "did you mean 'thingId'?")]
    public async Task Invalid_arguments_are_named_with_the_rule(string arguments, string said)
    {
        var error = (await GetAsync(JsonNode.Parse(arguments)!.AsObject()))["error"]!;

        Assert.Equal(-32602, (int)error["code"]!);
        Assert.Contains(said, error["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Argument_that_is_too_long_is_refused()
    {
        var error = (await GetAsync(new JsonObject { ["thingId"] = new string('x', 1001) }))["error"]!;

        Assert.Contains("'thingId' has 1001 characters; at most 1000 are taken.", error["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_prompt_is_an_error_that_says_where_the_names_are()
    {
        var answer = await _server.AskAsync("prompts/get", new JsonObject { ["name"] = "no_prompt" });

        Assert.Equal(-32602, (int)answer["error"]!["code"]!);
        Assert.Equal("There is no prompt 'no_prompt'. prompts/list names all prompts.", answer["error"]!["message"]!.ToString());
    }

    private Task<JsonObject> GetAsync(JsonObject arguments) =>
        _server.AskAsync("prompts/get", new JsonObject { ["name"] = "describe_thing", ["arguments"] = arguments });
}
