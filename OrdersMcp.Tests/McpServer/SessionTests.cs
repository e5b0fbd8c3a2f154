using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.OpenApiTools.Http;
using OrdersMcp.OpenApiTools.Subscriptions;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer.Capabilities;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Sessions of clients of the handshake era: start, use and end.</summary>
[Trait("Category", "Postgres")]
public sealed class SessionTests : IAsyncLifetime
{
    private static readonly JsonObject GetThing = new() { ["name"] = "get_thing", ["arguments"] = new JsonObject { ["thingId"] = "a" } };

    private CapabilitiesApi _api = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await CapabilitiesApi.StartAsync();
        _api.Answer = context => context.Response.WriteAsync("""{"id":"a"}""");
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Request_that_names_no_session_is_answered_without_one()
    {
        await using var server = await StartAsync();

        using var response = await server.PostAsync(
            JsonContent.Create(new { jsonrpc = "2.0", id = 7, method = "tools/list" }),
            (Messages.VersionHeader, HandshakeClient.Version));

        Assert.NotNull((await Messages.ReadAsync(response))["result"]);
        Assert.False(response.Headers.Contains(HandshakeClient.SessionHeader));
        Assert.Equal(0, SessionsOf(server).Count);
    }

    [Fact]
    public async Task Answer_in_a_session_is_json_where_it_is_one_message()
    {
        await using var server = await StartAsync();
        var session = await server.OpenAsync();

        using var response = await server.AskInAsync(session, "tools/call", GetThing);

        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("a", (await Messages.ReadAsync(response))["result"]!["structuredContent"]!["id"]!.ToString());
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task Unknown_session_gives_404_with_advice(string method)
    {
        await using var server = await StartAsync();
        await using var replica = await StartAsync();
        var elsewhere = await replica.OpenAsync();

        using var response = method == "POST"
            ? await server.AskInAsync(elsewhere, "tools/list")
            : await server.SendInAsync(elsewhere, new HttpMethod(method));

        var error = await Messages.AssertErrorAsync(response, HttpStatusCode.NotFound, -32001, method == "POST" ? 7 : null);
        Assert.Contains("send initialize", error["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_that_its_client_ends_is_gone_and_nothing_is_watched_for_it()
    {
        await using var server = await StartAsync();
        var session = await server.OpenAsync();
        using var subscribed = await server.AskInAsync(
            session, "resources/subscribe", new JsonObject { ["uri"] = "things://things/a" });
        Assert.NotNull((await Messages.ReadAsync(subscribed))["result"]);
        await _api.WaitForListenersAsync(1);

        using var ended = await server.SendInAsync(session, HttpMethod.Delete);
        using var after = await server.AskInAsync(session, "tools/list");

        Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, after.StatusCode);
        await _api.WaitForListenersAsync(0);
        Assert.Equal(0, SessionsOf(server).Count);
        Assert.Equal(0, server.Services.GetRequiredService<SubscriptionHub>().Count);
    }

    [Fact]
    public async Task Session_that_is_idle_for_too_long_ends()
    {
        await using var server = await StartAsync(
            services => services.AddSingleton<TimeProvider>(new HastyTime(20)), ("Mcp:Sessions:IdleTimeout", "00:00:20"));
        var session = await server.OpenAsync();

        await Until.TrueAsync(() => SessionsOf(server).Count == 0, () => "The session does not end.");

        using var response = await server.AskInAsync(session, "tools/list");
        await Messages.AssertErrorAsync(response, HttpStatusCode.NotFound, -32001);
    }

    [Fact]
    public async Task Session_over_the_callers_limit_replaces_the_longest_idle_one()
    {
        await using var server = await StartAsync(("Mcp:Sessions:PerCaller", "2"));
        var (first, second) = (await server.OpenAsync(), await server.OpenAsync());
        using var used = await server.AskInAsync(first, "tools/list");

        var third = await server.OpenAsync();

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.OK],
            [await StatusAsync(first), await StatusAsync(second), await StatusAsync(third)]);
        Assert.Equal(2, SessionsOf(server).Count);

        async Task<HttpStatusCode> StatusAsync(string session)
        {
            using var response = await server.AskInAsync(session, "tools/list");
            return response.StatusCode;
        }
    }

    [Theory]
    [InlineData("Mcp:Sessions:PerCaller")]
    [InlineData("Mcp:Sessions:Max")]
    public async Task Session_over_the_bound_is_429_while_all_others_are_in_use(string setting)
    {
        await using var server = await StartAsync((setting, "1"));
        var session = await server.OpenAsync();
        using var stream = await server.SendInAsync(session, HttpMethod.Get);
        Assert.Equal("text/event-stream", stream.Content.Headers.ContentType?.MediaType);

        using var refused = await server.InitializeAsync();
        await Messages.AssertErrorAsync(refused, HttpStatusCode.TooManyRequests, -32000, id: 1);
        Assert.True(refused.Headers.Contains("Retry-After"));

        stream.Dispose();
        var next = "";
        await Until.TrueAsync(
            async () =>
            {
                using var response = await server.InitializeAsync();
                next = response.Headers.TryGetValues(HandshakeClient.SessionHeader, out var ids) ? ids.Single() : "";
                return next.Length > 0;
            },
            TimeSpan.FromSeconds(30),
            () => "There is no place for another session.");
        Assert.NotEqual(session, next);
    }

    [Fact]
    public async Task Requests_that_open_no_session_leave_no_place_taken()
    {
        await using var server = await StartAsync(("Mcp:Sessions:Max", "1"));
        for (var i = 0; i < 3; i++)
        {
            using var malformed = await server.PostAsync(JsonContent.Create(
                new { jsonrpc = "2.0", id = 1, method = "initialize", @params = new { protocolVersion = 7 } }));
            Assert.Equal(HttpStatusCode.BadRequest, malformed.StatusCode);
        }

        await server.OpenAsync();
        Assert.Equal(1, SessionsOf(server).Count);
    }

    [Fact]
    public async Task Server_without_sessions_answers_the_handshake_and_opens_none()
    {
        await using var server = await StartAsync(("Mcp:Sessions:Max", "0"));

        using var response = await server.InitializeAsync();

        Assert.NotNull((await Messages.ReadAsync(response))["result"]);
        Assert.False(response.Headers.Contains(HandshakeClient.SessionHeader));
    }

    [Fact]
    public async Task Changes_before_the_stream_is_open_are_told_once_it_is()
    {
        await using var server = await StartAsync();
        var session = await server.OpenAsync();
        using var subscribed = await server.AskInAsync(
            session, "resources/subscribe", new JsonObject { ["uri"] = "things://things/a" });
        await _api.WaitForListenersAsync(1);
        await _api.TellAsync("""{"thingId":"a"}""");

        using var stream = await server.SendInAsync(session, HttpMethod.Get);
        using var events = new StreamReader(await stream.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        string? line;
        do
        {
            line = await events.ReadLineAsync(TestContext.Current.CancellationToken);
        }
        while (line?.StartsWith("data: ", StringComparison.Ordinal) is false);

        var message = JsonNode.Parse(line!["data: ".Length..])!;
        Assert.Equal("notifications/resources/updated", message["method"]!.ToString());
        Assert.Equal("things://things/a", message["params"]!["uri"]!.ToString());
    }

    [Fact]
    public async Task Call_that_the_client_abandons_is_cancelled_in_the_api()
    {
        await using var server = await StartAsync();
        var (started, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        _api.Answer = async context =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancelled.SetResult();
        };
        var session = await server.OpenAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Endpoint)
        {
            Content = JsonContent.Create(new JsonObject
            {
                ["jsonrpc"] = "2.0",
                ["id"] = 7,
                ["method"] = "tools/call",
                ["params"] = GetThing.DeepClone(),
            }),
        };
        request.Headers.Add(HandshakeClient.SessionHeader, session);

        var sending = client.SendAsync(request, TestContext.Current.CancellationToken);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        client.CancelPendingRequests();

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Theory]
    [InlineData("Mcp:Sessions:Max", "-1")]
    [InlineData("Mcp:Sessions:PerCaller", "0")]
    [InlineData("Mcp:Sessions:IdleTimeout", "00:00:00")]
    [InlineData("Mcp:Sessions:IdleTimeout", "2.00:00:00")]
    public void Invalid_session_setting_ends_the_start_and_is_named(string setting, string value)
    {
        var exception = Assert.ThrowsAny<Exception>(() => McpApplication.Start(_api.Address, (setting, value)));

        Assert.Contains(setting, exception.ToString(), StringComparison.Ordinal);
    }

    private static Sessions SessionsOf(McpApplication server) => server.Services.GetRequiredService<Sessions>();

    private Task<McpApplication> StartAsync(params (string, string)[] settings) => StartAsync(_ => { }, settings);

    private async Task<McpApplication> StartAsync(
        Action<IServiceCollection> configure, params (string, string)[] settings)
    {
        var server = McpApplication.StartWith(_api.Address, configure, settings);
        await server.WaitForHealthAsync("Healthy");
        return server;
    }
}
