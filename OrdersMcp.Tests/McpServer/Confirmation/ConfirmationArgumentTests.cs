using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Confirmation;

/// <summary>Clients that cannot ask a person, under each setting.</summary>
[Trait("Category", "Postgres")]
public sealed class ConfirmationArgumentTests : IAsyncLifetime
{
    private const string Policies = "Mcp:Apis:0:Confirmations";
    private static readonly JsonObject CannotAsk = [];
    private static readonly JsonObject OnlyLinks = new() { ["elicitation"] = new JsonObject { ["url"] = new JsonObject() } };
    private static readonly JsonObject Order7 = new() { ["orderId"] = 7, ["reason"] = "Twice." };

    private ShopApi _shop = null!;
    private McpApplication? _server;

    public async ValueTask InitializeAsync() => _shop = await ShopApi.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await _shop.DisposeAsync();
    }

    [Fact]
    public async Task Client_that_cannot_ask_is_told_how_to_confirm()
    {
        var server = await StartAsync();

        foreach (var capabilities in new[] { CannotAsk, OnlyLinks })
        {
            var problem = ToolCalls.Problem(await server.SendAsync("cancel_order", Order7, capabilities: capabilities));

            Assert.Equal("Confirmation needed", problem["title"]!.ToString());
            Assert.Equal("Cancel order 7? It is pending; its total is 35.5 EUR.", problem["question"]!.ToString());
            Assert.Equal("""{"confirmOrderId":7,"ifMatch":"\u00223\u0022"}""", problem["confirmWith"]!.ToJsonString());
        }

        Assert.Empty(_shop.Changes);
    }

    [Fact]
    public async Task Client_that_cannot_ask_confirms_by_repeating_the_id()
    {
        var server = await StartAsync();
        var problem = ToolCalls.Problem(await server.SendAsync("cancel_order", Order7, capabilities: CannotAsk));
        var confirmed = (JsonObject)Order7.DeepClone();
        foreach (var (name, value) in problem["confirmWith"]!.AsObject())
        {
            confirmed[name] = value!.DeepClone();
        }

        ToolCalls.Done(await server.SendAsync("cancel_order", confirmed, capabilities: CannotAsk));

        var request = Assert.Single(_shop.Changes);
        Assert.Equal("""{"reason":"Twice."}""", request.Body);
        Assert.Equal("/orders/7/cancellation", request.Target);
        Assert.Equal("\"3\"", request.Headers["If-Match"]);
    }

    [Fact]
    public async Task Id_that_is_not_the_same_confirms_nothing()
    {
        var server = await StartAsync();
        var arguments = new JsonObject { ["orderId"] = 7, ["reason"] = "x", ["confirmOrderId"] = 8 };

        var problem = ToolCalls.Problem(await server.SendAsync("cancel_order", arguments, capabilities: CannotAsk));

        Assert.Equal("Confirmation does not match", problem["title"]!.ToString());
        Assert.Empty(_shop.Api.Requests);
    }

    [Fact]
    public async Task Tool_without_an_argument_to_repeat_takes_true()
    {
        var server = await StartAsync();

        var problem = ToolCalls.Problem(await server.SendAsync("delete_thing", new JsonObject { ["thingId"] = "a" }, capabilities: CannotAsk));
        var no = ToolCalls.Problem(await server.SendAsync(
            "delete_thing", new JsonObject { ["thingId"] = "a", ["confirm"] = false }, capabilities: CannotAsk));
        ToolCalls.Done(await server.SendAsync("delete_thing", new JsonObject { ["thingId"] = "a", ["confirm"] = true }, capabilities: CannotAsk));

        Assert.Equal("""{"confirm":true}""", problem["confirmWith"]!.ToJsonString());
        Assert.Equal("Confirmation does not match", no["title"]!.ToString());
        Assert.Single(_shop.Changes);
    }

    [Fact]
    public async Task Client_that_can_ask_is_always_asked()
    {
        var server = await StartAsync();
        var arguments = new JsonObject { ["orderId"] = 7, ["reason"] = "x", ["confirmOrderId"] = 7 };

        var (_, state) = await server.AskAsync("cancel_order", arguments);
        Assert.Empty(_shop.Changes);

        ToolCalls.Done(await server.SendAsync("cancel_order", arguments, state, ToolCalls.Yes));
    }

    [Fact]
    public async Task Client_of_the_handshake_era_that_cannot_ask_confirms_by_the_argument()
    {
        var server = await StartAsync();
        await using var client = await server.ConnectAsync("2025-11-25");

        var refused = await client.CallToolAsync(
            "cancel_order", new Dictionary<string, object?> { ["orderId"] = 7, ["reason"] = "x" }, cancellationToken: TestContext.Current.CancellationToken);
        var done = await client.CallToolAsync(
            "cancel_order", new Dictionary<string, object?> { ["orderId"] = 7, ["reason"] = "x", ["confirmOrderId"] = 7 }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(refused.IsError);
        Assert.Contains("confirmOrderId", ToolBench.Text(refused), StringComparison.Ordinal);
        Assert.NotEqual(true, done.IsError);
        Assert.Single(_shop.Changes);
    }

    [Fact]
    public async Task Policy_when_supported_asks_capable_clients_and_lets_others_call()
    {
        var server = await StartAsync((Policies + ":cancel_order", "whenSupported"));

        await server.AskAsync("cancel_order", Order7);
        Assert.Empty(_shop.Changes);
        ToolCalls.Done(await server.SendAsync("cancel_order", Order7, capabilities: CannotAsk));

        Assert.Single(_shop.Changes);
    }

    [Fact]
    public async Task Policy_never_asks_nobody()
    {
        var server = await StartAsync(("Mcp:Apis:0:Confirmation", "never"));

        ToolCalls.Done(await server.SendAsync("cancel_order", Order7));
        ToolCalls.Done(await server.SendAsync("delete_thing", new JsonObject { ["thingId"] = "a" }));

        Assert.Equal(2, _shop.Changes.Count());
    }

    [Fact]
    public async Task Policy_of_a_tool_overrides_that_of_its_api()
    {
        var server = await StartAsync(("Mcp:Apis:0:Confirmation", "never"), (Policies + ":cancel_order", "always"));

        await server.AskAsync("cancel_order", Order7);

        Assert.Empty(_shop.Changes);
    }

    [Fact]
    public async Task Tool_that_its_document_does_not_mark_is_confirmed_when_the_settings_say_so()
    {
        var server = await StartAsync((Policies + ":delete_all", "always"));

        var (message, state) = await server.AskAsync("delete_all", []);
        ToolCalls.Done(await server.SendAsync("delete_all", [], state, ToolCalls.Yes));

        Assert.Equal("Delete all?", message);
        Assert.Single(_shop.Changes);
    }

    [Fact]
    public async Task Policy_of_an_unknown_tool_is_named()
    {
        _server = McpApplication.Start(_shop.Api.Address, (Policies + ":cancel_oder", "never"), ("Mcp:FirstLoadWait", "00:00:01"));

        var answer = await _server.CallAsync("cancel_order", Order7);

        var message = answer["error"]!["message"]!.ToString();
        Assert.Contains("Mcp:Apis:0:Confirmations:cancel_oder", message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'cancel_order'?", message, StringComparison.Ordinal);
    }

    private async Task<McpApplication> StartAsync(params (string Key, string Value)[] settings)
    {
        _server = McpApplication.Start(_shop.Api.Address, settings);
        await _server.WaitForHealthAsync("Healthy");
        return _server;
    }
}
