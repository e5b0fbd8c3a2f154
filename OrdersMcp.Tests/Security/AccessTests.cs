using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using OrdersMcp.ServiceDefaults.Authentication.ApiKeys;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer;
using OrdersMcp.Tests.McpServer.Capabilities;
using OrdersMcp.Tests.McpServer.Tasks;

namespace OrdersMcp.Tests.Security;

/// <summary>Scopes, lists of tools and customer bindings also apply to requests other than tool calls.</summary>
[Trait("Category", "Postgres")]
public sealed class AccessTests : IAsyncLifetime
{
    private const string Thing = "things://things/a";

    private static readonly ApiKey Reader = ApiKey.Create();
    private static readonly ApiKey Other = ApiKey.Create();
    private static readonly ApiKey Listed = ApiKey.Create();
    private static readonly ApiKey Bound = ApiKey.Create();

    private TestIssuer _issuer = null!;
    private CapabilitiesApi _api = null!;
    private McpApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync();
        _api = await CapabilitiesApi.StartAsync();
        _server = McpApplication.Start(_api.Address, _issuer.Settings(
        [
            .. Key(0, Reader, ("Scopes:0", "orders.read")),
            .. Key(1, Other, ("Scopes:0", "other")),
            .. Key(2, Listed, ("Scopes:0", "orders.read"), ("Tools:0", "get_shelf")),
            .. Key(3, Bound, ("Scopes:0", "orders.read"), ("CustomerId", "7")),
        ]));
        await _server.WaitForHealthAsync("Healthy");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _api.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    public static TheoryData<string, string> Requests => new()
    {
        { "resources/read", $$"""{"uri":"{{Thing}}"}""" },
        { "completion/complete", """{"ref":{"type":"ref/resource","uri":"things://things/{thingId}"},"argument":{"name":"thingId","value":"a"}}""" },
        { "completion/complete", """{"ref":{"type":"ref/prompt","name":"describe_thing"},"argument":{"name":"thingId","value":"a"}}""" },
        { "completion/complete", """{"ref":{"type":"ref/prompt","name":"describe_thing","uri":"things://shelves/{number}/{place}"},"argument":{"name":"thingId","value":"a"}}""" },
        { "resources/subscribe", $$"""{"uri":"{{Thing}}"}""" },
        { "subscriptions/listen", $$$"""{"notifications":{"resourceSubscriptions":["file:///x","{{{Thing}}}"]}}""" },
        { "subscriptions/listen", $$$"""{"notifications":{"resourceSubscriptions":[{{{Unknown(999)}}},"{{{Thing}}}"]}}""" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Request_beyond_the_scopes_is_403_with_the_missing_scope_and_nothing_is_done(string method, string parameters)
    {
        using var response = await SendAsync(method, parameters, Other);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("scope=\"orders.read\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Contains("insufficient_scope", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Empty(_api.Api.Requests);
        Assert.Equal(0, _api.Listeners);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Key_with_a_list_of_tools_is_limited_to_them(string method, string parameters)
    {
        using var response = await SendAsync(method, parameters, Listed);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty(response.Headers.WwwAuthenticate); // no other token would help
        Assert.Contains("may not use the tool", (await Messages.ReadAsync(response))["error"]!["message"]!.ToString(), StringComparison.Ordinal);
        Assert.Empty(_api.Api.Requests);
    }

    [Fact]
    public async Task List_of_resources_that_is_too_long_is_refused_before_any_is_watched()
    {
        using var response = await SendAsync(
            "subscriptions/listen", $$$"""{"notifications":{"resourceSubscriptions":[{{{Unknown(1000)}}},"{{{Thing}}}"]}}""", Other);

        Assert.Contains("at most 1000 resources", (await Messages.ReadAsync(response))["error"]!["message"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, _api.Listeners);
    }

    [Theory]
    [InlineData("resources/read", """{"uri":"things://things/a"}""")]
    [InlineData("completion/complete", """{"ref":{"type":"ref/prompt","name":"describe_thing"},"argument":{"name":"thingId","value":"a"}}""")]
    public async Task Caller_with_the_scope_succeeds(string method, string parameters)
    {
        using var response = await SendAsync(method, parameters, Reader);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotNull((await Messages.ReadAsync(response))["result"]);
        Assert.Single(_api.Api.Requests);
    }

    [Theory]
    [InlineData("resources/list", "{}")]
    [InlineData("prompts/list", "{}")]
    [InlineData("prompts/get", """{"name":"count_things"}""")]
    [InlineData("resources/read", """{"uri":"orders://guide"}""")]
    [InlineData("completion/complete", """{"ref":{"type":"ref/prompt","name":"describe_thing"},"argument":{"name":"tone","value":"p"}}""")]
    public async Task Texts_of_the_document_are_for_authenticated_callers_only(string method, string parameters)
    {
        using var known = await SendAsync(method, parameters, Other);
        using var stranger = await SendAsync(method, parameters);

        Assert.NotNull((await Messages.ReadAsync(known))["result"]);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
    }

    [Fact]
    public async Task Caller_sees_only_the_templates_that_it_may_read_in_a_private_list()
    {
        Assert.Equal(["things://shelves/{number}/{place}", "things://things/{thingId}"], await TemplatesAsync(Reader));
        Assert.Equal(["things://shelves/{number}/{place}"], await TemplatesAsync(Listed));
        Assert.Empty(await TemplatesAsync(Other));
    }

    [Fact]
    public async Task Caller_bound_to_a_customer_can_watch_lists_but_no_resources()
    {
        using var response = await SendAsync("subscriptions/listen", $$$"""{"notifications":{"resourceSubscriptions":["{{{Thing}}}"]}}""", Bound);
        using var lists = await ListenClient.OpenAsync(
            _server.Endpoint, new JsonObject { ["toolsListChanged"] = true }, ("X-API-Key", Bound.Text));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("bound to a customer", (await Messages.ReadAsync(response))["error"]!["message"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("""{"toolsListChanged":true}""", (await lists.NextAsync())!["params"]!["notifications"]!.ToJsonString());
    }

    [Fact]
    public async Task Stream_ends_with_the_token_that_opened_it()
    {
        var token = _issuer.Token(_issuer.Claims(("exp", DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 2)));

        using var stream = await ListenClient.OpenAsync(
            _server.Endpoint, new JsonObject { ["resourceSubscriptions"] = new JsonArray(Thing) }, GuardedServer.Bearer(token));

        Assert.Equal("notifications/subscriptions/acknowledged", (await stream.NextAsync())!["method"]!.ToString());
        Assert.NotNull((await stream.NextAsync())!["result"]);
        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task Session_accepts_only_the_caller_who_opened_it()
    {
        var session = await _server.OpenAsync(("X-API-Key", Reader.Text));

        using var foreign = await _server.AskInAsync(session, "tools/list", null, ("X-API-Key", Other.Text));
        using var listening = await _server.SendInAsync(session, HttpMethod.Get, ("X-API-Key", Other.Text));
        using var ending = await _server.SendInAsync(session, HttpMethod.Delete, ("X-API-Key", Other.Text));
        using var own = await _server.AskInAsync(session, "tools/list", null, ("X-API-Key", Reader.Text));

        Assert.All([foreign, listening, ending], response => Assert.Equal(HttpStatusCode.NotFound, response.StatusCode));
        Assert.NotNull((await Messages.ReadAsync(own))["result"]);
    }

    [Fact]
    public async Task Session_authenticates_and_authorizes_each_request()
    {
        var session = await _server.OpenAsync(("X-API-Key", Reader.Text));

        using var without = await _server.AskInAsync(session, "tools/list");
        var ofBound = await _server.OpenAsync(("X-API-Key", Bound.Text));
        using var bound = await _server.AskInAsync(
            ofBound, "resources/subscribe", new JsonObject { ["uri"] = Thing }, ("X-API-Key", Bound.Text));

        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, bound.StatusCode);
        Assert.Equal(0, _api.Listeners);
    }

    [Fact]
    public async Task Session_and_its_stream_end_with_its_last_credential()
    {
        var claims = _issuer.Claims(("exp", DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 2));
        var token = GuardedServer.Bearer(_issuer.Token(claims));
        var session = await _server.OpenAsync(token);
        using var stream = await _server.SendInAsync(session, HttpMethod.Get, token);

        await stream.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        using var later = await _server.AskInAsync(session, "tools/list", null, GuardedServer.Bearer(_issuer.Token()));
        Assert.Equal(HttpStatusCode.NotFound, later.StatusCode);
    }

    [Fact]
    public async Task Duplicate_property_is_rejected()
    {
        var body = Messages.Request("subscriptions/listen", new JsonObject { ["notifications"] = new JsonObject { ["resourceSubscriptions"] = new JsonArray() } })
            .ToJsonString().Replace("\"resourceSubscriptions\":[]", $"\"resourceSubscriptions\":[],\"resourceSubscriptions\":[\"{Thing}\"]", StringComparison.Ordinal);

        using var response = await _server.PostAsync(
            new StringContent(body, Encoding.UTF8, "application/json"), (Messages.VersionHeader, Messages.Version),
            ("Mcp-Method", "subscriptions/listen"), ("X-API-Key", Other.Text));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Task_needs_the_scope_of_its_tool_on_every_request()
    {
        await using var jobs = await JobsApi.StartAsync();
        await using var server = McpApplication.Start(jobs.Api.Address, _issuer.Settings());
        await server.WaitForHealthAsync("Healthy");
        jobs.States.Enqueue(JobsApi.Job("running", 4));
        var writer = Token("alice", "orders.write");
        var reader = Token("alice", "orders.read");
        var bob = Token("bob", "orders.write");
        using var begun = await SendTaskAsync(server, "tools/call", new JsonObject { ["name"] = "export_orders", ["arguments"] = new JsonObject() }, writer);
        var id = (await Messages.ReadAsync(begun))["result"]!["taskId"]!.ToString();
        var before = jobs.Sent.Count();

        foreach (var method in new[] { "tasks/get", "tasks/cancel" })
        {
            using var refused = await SendTaskAsync(server, method, new JsonObject { ["taskId"] = id }, reader);
            using var another = await SendTaskAsync(server, method, new JsonObject { ["taskId"] = id }, bob);

            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Contains("scope=\"orders.write\"", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
            Assert.Contains("no task of this caller", (await Messages.ReadAsync(another))["error"]!["message"]!.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(before, jobs.Sent.Count());
        using var read = await SendTaskAsync(server, "tasks/get", new JsonObject { ["taskId"] = id }, writer);
        Assert.Equal("working", (await Messages.ReadAsync(read))["result"]!["status"]!.ToString());
    }

    private static string Unknown(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"x{i}\""));

    private async Task<string[]> TemplatesAsync(ApiKey key)
    {
        using var response = await SendAsync("resources/templates/list", "{}", key);
        var result = (await Messages.ReadAsync(response))["result"]!;
        Assert.Equal("private", result["cacheScope"]!.ToString());
        return [.. result["resourceTemplates"]!.AsArray().Select(template => template!["uriTemplate"]!.ToString())];
    }

    private Task<HttpResponseMessage> SendAsync(string method, string parameters, ApiKey? key = null) => PostAsync(
        _server, Messages.Request(method, JsonNode.Parse(parameters)!.AsObject()), key is null ? [] : [("X-API-Key", key.Text)]);

    private static Task<HttpResponseMessage> SendTaskAsync(McpApplication server, string method, JsonObject parameters, string token)
    {
        var body = Messages.Request(method, parameters);
        body["params"]!["_meta"]!["io.modelcontextprotocol/clientCapabilities"] =
            new JsonObject { ["extensions"] = new JsonObject { ["io.modelcontextprotocol/tasks"] = new JsonObject() } };
        return PostAsync(server, body, GuardedServer.Bearer(token));
    }

    private static Task<HttpResponseMessage> PostAsync(McpApplication server, JsonObject body, params (string, string)[] headers)
    {
        var parameters = body["params"]!;
        var name = parameters["name"] ?? parameters["uri"] ?? parameters["taskId"];
        return server.PostAsync(
            JsonContent.Create(body),
            [
                (Messages.VersionHeader, Messages.Version), ("Mcp-Method", body["method"]!.ToString()), .. headers,
                .. NameHeader(name),
            ]);
    }

    private static (string, string)[] NameHeader(JsonNode? name) => name is null ? [] : [("Mcp-Name", name.ToString())];

    private string Token(string name, string scope) => _issuer.Token(_issuer.Claims(("sub", name), ("scope", scope)));

    private static (string, string)[] Key(int index, ApiKey key, params (string Name, string Value)[] more) =>
    [
        ($"Authentication:ApiKeys:{index}:Name", $"key{index}"),
        ($"Authentication:ApiKeys:{index}:Hash", KeyHash.Of(key.Id, key.Secret).Text),
        .. more.Select(each => ($"Authentication:ApiKeys:{index}:{each.Name}", each.Value)),
    ];
}
