using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer;

/// <summary>The HTTP rules of MCP 2026-07-28 and the handshake revisions, over a real connection.</summary>
[Trait("Category", "Unit")]
public sealed class StreamableHttpTests(ThingsServer things) : IClassFixture<ThingsServer>
{
    [Fact]
    public async Task Discover_offers_the_version_without_a_handshake()
    {
        using var response = await SendAsync(Messages.Request("server/discover"));

        var result = (await Messages.ReadAsync(response))["result"]!;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""["2026-07-28"]""", result["supportedVersions"]!.ToJsonString());
        Assert.Equal("complete", result["resultType"]!.ToString());
    }

    [Fact]
    public async Task Request_that_is_answered_at_once_gets_json_and_no_event_stream()
    {
        using var warmUp = await SendAsync(Messages.Request("server/discover"));
        using var response = await SendAsync(Messages.Request("tools/list"));

        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(7, (int)(await Messages.ReadAsync(response))["id"]!);
    }

    [Fact]
    public async Task Request_that_takes_long_gets_an_event_stream_before_its_answer()
    {
        var release = new TaskCompletionSource();
        things.Api.Answer = async context =>
        {
            await release.Task.WaitAsync(context.RequestAborted);
            context.Response.StatusCode = 204;
        };
        var body = Messages.Request("tools/call", new JsonObject { ["name"] = "delete_thing", ["arguments"] = new JsonObject { ["thingId"] = "a" } });

        var client = OutsideClient.Shared;
        using var request = new HttpRequestMessage(HttpMethod.Post, things.Server.Endpoint) { Content = JsonContent.Create(body) };
        AddHeaders(request, "tools/call", "delete_thing");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("no", Assert.Single(response.Headers.GetValues("X-Accel-Buffering")));
        release.SetResult();
        Assert.False((await Messages.ReadAsync(response))["result"]!["isError"]?.GetValue<bool>() ?? false);
    }

    [Fact]
    public async Task Call_that_the_client_abandons_is_cancelled_in_the_api()
    {
        var started = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        things.Api.Answer = async context =>
        {
            context.RequestAborted.Register(cancelled.SetResult);
            started.SetResult();
            await cancelled.Task;
        };
        var client = OutsideClient.Shared;
        using var request = new HttpRequestMessage(HttpMethod.Post, things.Server.Endpoint)
        {
            Content = JsonContent.Create(Messages.Request("tools/call", new JsonObject { ["name"] = "delete_thing", ["arguments"] = new JsonObject { ["thingId"] = "a" } })),
        };
        AddHeaders(request, "tools/call", "delete_thing");
        using var cancellation = new CancellationTokenSource();

        var sending = client.SendAsync(request, cancellation.Token);
        await started.Task.WaitAsync(TestContext.Current.CancellationToken);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Client_that_takes_no_event_stream_gets_406()
    {
        using var response = await things.Server.PostAsync(
            JsonContent.Create(new { jsonrpc = "2.0", id = 1, method = "tools/list" }), ("Accept", "application/json"));

        await Messages.AssertErrorAsync(response, HttpStatusCode.NotAcceptable, -32000);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    [InlineData("PUT")]
    public async Task Other_methods_than_post_get_405(string method)
    {
        using var response = await things.Server.SendAsync(new HttpMethod(method), "/mcp");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("POST", Assert.Single(response.Content.Headers.Allow));
    }

    [Theory]
    [InlineData("/sse")]
    [InlineData("/x.json")]
    [InlineData("/a/b/openapi.yaml")]
    public async Task Wrong_path_gets_404_that_names_the_right_one(string path)
    {
        using var response = await things.Server.SendAsync(HttpMethod.Post, path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("/mcp", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://attacker.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("file://", HttpStatusCode.Forbidden)]
    [InlineData("file:///tmp/page.html", HttpStatusCode.Forbidden)]
    [InlineData("vscode-webview://localhost", HttpStatusCode.Forbidden)]
    [InlineData("https://127.0.0.1:8443", HttpStatusCode.OK)]
    [InlineData("http://localhost:6274", HttpStatusCode.OK)]
    public async Task Origin_decides_which_web_pages_may_call(string origin, HttpStatusCode expected)
    {
        using var response = await things.Server.PostAsync(
            JsonContent.Create(new { jsonrpc = "2.0", id = 1, method = "tools/list" }), ("Origin", origin));

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Notification_gets_202_without_a_body()
    {
        using var response = await things.Server.PostAsync(JsonContent.Create(new { jsonrpc = "2.0", method = "notifications/initialized" }));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Notification_that_stands_alone_gets_202_also_without_its_method_header()
    {
        using var response = await things.Server.PostAsync(
            JsonContent.Create(new { jsonrpc = "2.0", method = "notifications/cancelled", @params = new { requestId = "listen:0" } }),
            (Messages.VersionHeader, Messages.Version));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Fact]
    public async Task Byte_order_mark_before_the_body_is_ignored()
    {
        var body = new ByteArrayContent([0xEF, 0xBB, 0xBF, .. """{"jsonrpc":"2.0","id":7,"method":"ping"}"""u8]);
        body.Headers.ContentType = new("application/json");

        using var response = await things.Server.PostAsync(body, (Messages.VersionHeader, HandshakeClient.Version));

        Assert.Equal("{}", (await Messages.ReadAsync(response))["result"]!.ToJsonString());
    }

    [Theory]
    [InlineData("2027-01-01")]
    [InlineData("2026-07-28")]
    [InlineData("9999-12-31")]
    [InlineData("next")]
    public async Task Handshake_of_a_revision_that_is_not_served_is_answered_with_the_newest_that_is(string version)
    {
        using var response = await things.Server.PostAsync(JsonContent.Create(new
        {
            jsonrpc = "2.0",
            id = 1,
            method = "initialize",
            @params = new { protocolVersion = version, capabilities = new { }, clientInfo = new { name = "test", version = "1" } },
        }));

        Assert.Equal("2025-11-25", (await Messages.ReadAsync(response))["result"]!["protocolVersion"]!.ToString());
    }

    /// <summary>They are of 2026-07-28, and a client that checks answers strictly takes none that has them.</summary>
    [Theory]
    [InlineData("2024-11-05")]
    [InlineData("2025-06-18")]
    [InlineData("2025-11-25")]
    [InlineData("")]
    public async Task Answer_of_an_earlier_revision_has_no_members_of_the_newest(string version)
    {
        things.Api.Answer = context => context.Response.WriteAsync("""{"id":"a"}""");
        foreach (var (method, parameters) in new[]
        {
            ("tools/list", "{}"), ("prompts/list", "{}"), ("resources/list", "{}"), ("resources/templates/list", "{}"), ("ping", "{}"),
            ("resources/read", """{"uri":"things://openapi"}"""), ("tools/call", """{"name":"get_thing","arguments":{"thingId":"a"}}"""),
        })
        {
            using var response = await things.Server.PostAsync(
                JsonContent.Create(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 7, ["method"] = method, ["params"] = JsonNode.Parse(parameters) }),
                version.Length == 0 ? [] : [(Messages.VersionHeader, version)]);
            var answer = await Messages.ReadAsync(response);

            foreach (var member in new[] { "ttlMs", "cacheScope", "resultType" })
            {
                Assert.False(answer["result"]?.AsObject().ContainsKey(member) ?? false, $"{method}: {member}");
            }
        }
    }

    [Fact]
    public async Task Unsupported_version_gets_the_supported_ones()
    {
        using var response = await things.Server.PostAsync(JsonContent.Create(Messages.Request("tools/list")), (Messages.VersionHeader, "1999-01-01"));

        var error = await Messages.AssertErrorAsync(response, HttpStatusCode.BadRequest, -32022);
        Assert.Equal("""["2026-07-28"]""", error["data"]!["supported"]!.ToJsonString());
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("")]
    public async Task Header_version_that_differs_from_the_body_is_refused(string version)
    {
        using var response = await things.Server.PostAsync(
            JsonContent.Create(Messages.Request("tools/list")), (Messages.VersionHeader, version), ("Mcp-Method", "tools/list"));

        await Messages.AssertErrorAsync(response, HttpStatusCode.BadRequest, -32020);
    }

    [Fact]
    public async Task Request_without_its_metadata_is_refused()
    {
        using var response = await things.Server.PostAsync(
            JsonContent.Create(new { jsonrpc = "2.0", id = 7, method = "tools/list" }),
            (Messages.VersionHeader, Messages.Version), ("Mcp-Method", "tools/list"));

        await Messages.AssertErrorAsync(response, HttpStatusCode.BadRequest, -32602, id: 7);
    }

    [Theory]
    [InlineData(null, "get_thing")]
    [InlineData("tools/list", "get_thing")]
    [InlineData("tools/call", null)]
    [InlineData("tools/call", "delete_thing")]
    [InlineData("tools/call", "=?base64?!!!?=")]
    public async Task Header_that_is_missing_or_differs_from_the_body_is_refused(string? method, string? name)
    {
        var client = OutsideClient.Shared;
        using var request = new HttpRequestMessage(HttpMethod.Post, things.Server.Endpoint)
        {
            Content = JsonContent.Create(Messages.Request("tools/call", new JsonObject { ["name"] = "get_thing" })),
        };
        AddHeaders(request, method, name);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        await Messages.AssertErrorAsync(response, HttpStatusCode.BadRequest, -32020, id: 7);
    }

    [Fact]
    public async Task Version_that_only_the_body_states_and_nobody_serves_is_refused()
    {
        var body = Messages.Request("tools/list");
        body["params"]!["_meta"]!["io.modelcontextprotocol/protocolVersion"] = "canary";

        using var response = await things.Server.PostAsync(JsonContent.Create(body));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("canary", (await Messages.ReadAsync(response))["error"]!["data"]!["requested"]!.ToString());
    }

    [Fact]
    public async Task Version_of_the_body_that_nobody_serves_differs_from_that_of_the_header()
    {
        var body = Messages.Request("tools/list");
        body["params"]!["_meta"]!["io.modelcontextprotocol/protocolVersion"] = "canary";

        using var response = await SendAsync(body);

        await Messages.AssertErrorAsync(response, HttpStatusCode.BadRequest, -32020, id: 7);
    }

    [Fact]
    public async Task Name_header_may_be_encoded()
    {
        things.Api.Answer = context => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, """{"id":"a"}""");
        var client = OutsideClient.Shared;
        using var request = new HttpRequestMessage(HttpMethod.Post, things.Server.Endpoint)
        {
            Content = JsonContent.Create(Messages.Request("tools/call", new JsonObject { ["name"] = "get_thing", ["arguments"] = new JsonObject { ["thingId"] = "a" } })),
        };
        AddHeaders(request, "tools/call", $"=?base64?{Convert.ToBase64String("get_thing"u8)}?=");

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("no/such/method")]
    [InlineData("initialize")]
    [InlineData("ping")]
    public async Task Method_that_the_version_does_not_have_gets_404(string method)
    {
        using var response = await SendAsync(Messages.Request(method));

        await Messages.AssertErrorAsync(response, HttpStatusCode.NotFound, -32601, id: 7);
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2025-06-18")]
    [InlineData("2025-03-26")]
    public async Task Handshake_is_answered_in_the_version_that_was_asked_for(string version)
    {
        using var response = await things.Server.PostAsync(JsonContent.Create(new
        {
            jsonrpc = "2.0",
            id = 1,
            method = "initialize",
            @params = new { protocolVersion = version, capabilities = new { }, clientInfo = new { name = "test", version = "1" } },
        }));

        Assert.Equal(version, (await Messages.ReadAsync(response))["result"]!["protocolVersion"]!.ToString());
        Assert.True(response.Headers.Contains("Mcp-Session-Id"));
    }

    private async Task<HttpResponseMessage> SendAsync(JsonObject message) => await things.Server.PostAsync(
        JsonContent.Create(message), (Messages.VersionHeader, Messages.Version), ("Mcp-Method", message["method"]!.ToString()));

    private static void AddHeaders(HttpRequestMessage request, string? method, string? name)
    {
        request.Headers.Add(Messages.VersionHeader, Messages.Version);
        if (method is not null)
        {
            request.Headers.Add("Mcp-Method", method);
        }

        if (name is not null)
        {
            request.Headers.Add("Mcp-Name", name);
        }
    }
}
