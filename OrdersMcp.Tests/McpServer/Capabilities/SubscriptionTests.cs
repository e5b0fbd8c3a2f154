using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.Subscriptions;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Capabilities;

/// <summary>Streams of change notifications.</summary>
[Trait("Category", "Postgres")]
public sealed class SubscriptionTests : IAsyncLifetime
{
    private CapabilitiesApi _api = null!;
    private McpApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await CapabilitiesApi.StartAsync();
        _server = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Change_reaches_exactly_its_watchers_on_any_replica()
    {
        await using var replica = await StartAsync();
        using var first = await ListenClient.OpenAsync(_server.Endpoint, "things://things/a", "things://things/J%c3%bcrgen", "things://shelves/1/a", "file:///x");
        using var second = await ListenClient.OpenAsync(replica.Endpoint, "things://things/b");
        var acknowledged = (await first.NextAsync())!["params"]!;
        await second.NextAsync();

        await _api.TellAsync("""{"thingId":"a"}""");
        await _api.TellAsync("""{"thingId":"Jürgen"}""");
        await _api.TellAsync("""{"thingId":"b"}""");

        // Subscriptions without a source of changes are not granted.
        Assert.Equal("""["things://things/a","things://things/J%c3%bcrgen"]""", acknowledged["notifications"]!["resourceSubscriptions"]!.ToJsonString());
        Assert.Equal(7, (int)acknowledged["_meta"]!["io.modelcontextprotocol/subscriptionId"]!);
        Assert.Equal("things://things/a", await first.NextUpdateAsync());
        Assert.Equal("things://things/J%c3%bcrgen", await first.NextUpdateAsync());
        Assert.Equal("things://things/b", await second.NextUpdateAsync());
    }

    [Fact]
    public async Task Tasks_are_only_for_clients_that_declare_the_extension()
    {
        using var refused = await ListenClient.OpenAsync(_server.Endpoint, Tasks());
        var error = (await refused.NextAsync())!["error"]!;

        Assert.Equal(-32021, (int)error["code"]!);
        Assert.Equal(
            """{"extensions":{"io.modelcontextprotocol/tasks":{}}}""", error["data"]!["requiredCapabilities"]!.ToJsonString());
    }

    [Fact]
    public async Task Tasks_are_not_granted_to_those_who_declare_the_extension()
    {
        using var granted = await ListenClient.OpenAsync(
            _server.Endpoint,
            Tasks(),
            capabilities: new JsonObject { ["extensions"] = new JsonObject { ["io.modelcontextprotocol/tasks"] = new JsonObject() } });
        var acknowledged = (await granted.NextAsync())!;

        Assert.Equal("notifications/subscriptions/acknowledged", acknowledged["method"]!.ToString());
        Assert.Equal("""{"toolsListChanged":true}""", acknowledged["params"]!["notifications"]!.ToJsonString());
    }

    [Fact]
    public async Task Server_listens_to_the_api_once_and_only_while_watched()
    {
        using var first = await ListenClient.OpenAsync(_server.Endpoint, "things://things/a");
        await first.NextAsync();
        using (var second = await ListenClient.OpenAsync(_server.Endpoint, "things://things/a"))
        {
            await second.NextAsync();
            Assert.Equal(1, _api.Listeners);
        }

        using (var lists = await ListenClient.OpenAsync(_server.Endpoint, new JsonObject { ["toolsListChanged"] = true }))
        {
            await lists.NextAsync();
        }

        await _api.TellAsync("""{"thingId":"a"}""");
        Assert.Equal("things://things/a", await first.NextUpdateAsync());
        first.Dispose();
        await _api.WaitForListenersAsync(0);
    }

    [Fact]
    public async Task Broken_connection_resumes_after_the_last_event()
    {
        using var listener = await ListenClient.OpenAsync(_server.Endpoint, "things://things/a", "things://things/b");
        await listener.NextAsync();
        await _api.TellAsync("""{"thingId":"a"}""", id: "77");
        await listener.NextUpdateAsync();

        _api.Break();
        await _api.WaitForReturnAsync();
        await _api.TellAsync("""{"thingId":"b"}""", id: "78");

        // No update for a: the API can resume the stream.
        Assert.Equal("things://things/b", await listener.NextUpdateAsync());
        Assert.Equal("77", _api.Api.Requests.Last(request => request.Target == "/changes").Headers["Last-Event-ID"]);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("event: changes-missed\ndata: {}\n\n", true)]
    public async Task Gap_reports_all_watched_resources_as_changed(string greeting, bool hasIds)
    {
        _api.Greeting = hasIds ? "id: 40\n\n" : ": hello\n\n";
        using var listener = await ListenClient.OpenAsync(_server.Endpoint, "things://things/a", "things://things/b");
        await listener.NextAsync();

        _api.Greeting = greeting.Length > 0 ? greeting : _api.Greeting;
        _api.Break();

        string[] updated = [await listener.NextUpdateAsync(), await listener.NextUpdateAsync()];
        Assert.Equal(["things://things/a", "things://things/b"], updated.Order());
    }

    [Fact]
    public async Task Api_that_does_not_tell_yet_delays_the_stream_and_what_was_missed_is_told_then()
    {
        _api.TellsOfChanges = false;
        using var listener = await ListenClient.OpenAsync(_server.Endpoint, "things://things/a");
        var acknowledged = await listener.NextAsync();

        _api.TellsOfChanges = true;

        Assert.Equal("notifications/subscriptions/acknowledged", acknowledged!["method"]!.ToString());
        Assert.Equal("things://things/a", await listener.NextUpdateAsync());
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("""{"thingId":null}""")]
    [InlineData("""{"other":"a"}""")]
    public async Task Event_without_a_resource_is_ignored(string data)
    {
        using var listener = await ListenClient.OpenAsync(_server.Endpoint, "things://things/7");
        await listener.NextAsync();

        await _api.TellAsync(data);
        await _api.TellAsync("""{"thingId":7}""");

        Assert.Equal("things://things/7", await listener.NextUpdateAsync());
    }

    [Fact]
    public async Task Endless_event_breaks_only_its_connection()
    {
        using var listener = await ListenClient.OpenAsync(_server.Endpoint, "things://things/a");
        await listener.NextAsync();

        await _api.TellAsync($$"""{"thingId":"{{new string('x', 70_000)}}"}""");
        await _api.WaitForReturnAsync();
        await _api.TellAsync("""{"thingId":"a"}""");

        Assert.Equal("things://things/a", await listener.NextUpdateAsync());
    }

    [Fact]
    public async Task Changes_of_lists_and_texts_reach_their_subscribers()
    {
        using var listener = await ListenClient.OpenAsync(_server.Endpoint, new JsonObject
        {
            ["promptsListChanged"] = true,
            ["resourcesListChanged"] = true,
            ["resourceSubscriptions"] = new JsonArray("orders://guide"),
        });
        var granted = (await listener.NextAsync())!["params"]!["notifications"]!;

        _api.Api.Document = CapabilitiesApi.Document.Replace("There are things.", "There are many things.", StringComparison.Ordinal)
            .Replace("count_things", "count_all_things", StringComparison.Ordinal)
            .Replace("\"get_thing\"", "\"get_one_thing\"", StringComparison.Ordinal);
        var methods = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            methods.Add((await listener.NextAsync())!["method"]!.ToString());
        }

        Assert.Equal("""{"promptsListChanged":true,"resourcesListChanged":true,"resourceSubscriptions":["orders://guide"]}""", granted.ToJsonString());
        Assert.Equal(
            ["notifications/prompts/list_changed", "notifications/resources/list_changed", "notifications/resources/updated"], methods.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Streams_over_the_limit_are_refused_with_advice()
    {
        await using var server = await StartAsync(("Mcp:MaxSubscriptionStreams", "1"));
        var only = await ListenClient.OpenAsync(server.Endpoint, "things://things/a");
        await only.NextAsync();

        using var refused = await ListenClient.OpenAsync(server.Endpoint, "things://things/a");
        var error = (await refused.NextAsync())!["error"]!;
        only.Dispose();
        var hub = (SubscriptionHub)server.Services.GetService(typeof(SubscriptionHub))!;
        await Until.TrueAsync(() => hub.Count == 0, () => $"{hub.Count} streams are open.");

        using var next = await ListenClient.OpenAsync(server.Endpoint, "things://things/a");
        Assert.Contains("Mcp:MaxSubscriptionStreams", error["message"]!.ToString(), StringComparison.Ordinal);
        Assert.NotNull((await next.NextAsync())!["method"]);
    }

    [Fact]
    public async Task Stream_that_watches_too_much_is_refused()
    {
        using var refused = await ListenClient.OpenAsync(_server.Endpoint, [.. Enumerable.Range(0, 1001).Select(id => $"things://things/{id}")]);

        Assert.Contains("at most 1000 resources", (await refused.NextAsync())!["error"]!["message"]!.ToString(), StringComparison.Ordinal);
        await _api.WaitForListenersAsync(0);
    }

    [Fact]
    public async Task Stream_ends_with_its_result_when_the_server_stops()
    {
        using var listener = await ListenClient.OpenAsync(_server.Endpoint, "things://things/a");
        await listener.NextAsync();

        var stopping = _server.DisposeAsync();
        var result = (await listener.NextAsync())!["result"]!;
        await stopping;

        Assert.Equal("complete", result["resultType"]!.ToString());
        Assert.Equal(7, (int)result["_meta"]!["io.modelcontextprotocol/subscriptionId"]!);
        Assert.Null(await listener.NextAsync());
    }

    [Fact]
    public async Task Pending_notifications_are_merged()
    {
        using var stream = new ListenStream(ListenTopics.Tools);
        for (var i = 0; i < 1000; i++)
        {
            stream.Notify("a");
            stream.Notify(ListenTopics.Tools | ListenTopics.Prompts);
        }

        var (changed, updated) = await stream.TakeAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ListenTopics.Tools, changed);
        Assert.Equal(["a"], updated);
    }

    private async Task<McpApplication> StartAsync(params (string, string)[] settings)
    {
        var server = McpApplication.Start(_api.Address, [("Mcp:RefreshInterval", "00:00:00.100"), .. settings]);
        await server.WaitForHealthAsync("Healthy");
        return server;
    }

    private static JsonObject Tasks() => new() { ["toolsListChanged"] = true, ["taskIds"] = new JsonArray("t1") };
}
