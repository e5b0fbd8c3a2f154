using System.Net;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Playground;

/// <summary>The interface for programs: tools without MCP, questions without streams, and who may call.</summary>
[Collection(PlaygroundCollection.Name)]
[Trait("Category", "Unit")]
public sealed class RestTests(PlaygroundFixture fixture)
{
    private static readonly JsonObject Order7 = new() { ["orderId"] = 7 };
    private static readonly (string, string) Delete = ("delete_all", "{}");

    [Fact]
    public async Task Tools_are_listed_with_their_schemas()
    {
        using var response = await fixture.SendAsync(HttpMethod.Get, "/tools");

        var tools = (await PlaygroundFixture.JsonOfAsync(response))["tools"]!.AsArray().ToDictionary(tool => tool!["name"]!.ToString());
        Assert.Equal("object", tools["get_order"]!["inputSchema"]!["type"]!.ToString());
        Assert.True((bool)tools["get_order"]!["readOnly"]!);
        Assert.False((bool)tools["cancel_order"]!["readOnly"]!);
    }

    [Theory]
    [InlineData("/tools/execute", """{"name":"get_order","arguments":{"orderId":7}}""")]
    [InlineData("/mcp/get_order", """{"orderId":7}""")]
    public async Task Tool_is_called(string path, string body)
    {
        using var response = await fixture.PostAsync(path, JsonNode.Parse(body)!);

        var reply = await PlaygroundFixture.JsonOfAsync(response);
        Assert.Equal((false, "pending", """["note"]"""), ((bool)reply["isError"]!, reply["structured"]!["status"]!.ToString(), reply["untrusted"]!.ToJsonString()));
        Assert.Equal(32, reply["traceId"]!.ToString().Length);
    }

    [Fact]
    public async Task Error_of_a_tool_is_a_result()
    {
        using var response = await fixture.PostAsync("/mcp/get_order", new JsonObject { ["orderId"] = 8 });

        var reply = await PlaygroundFixture.JsonOfAsync(response);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True((bool)reply["isError"]!);
        Assert.Contains("No such order", reply["text"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_that_a_person_must_confirm_is_a_conflict_until_it_is_repeated_with_the_answer()
    {
        var before = fixture.Shop.Changes.Count();
        var call = new JsonObject { ["name"] = "cancel_order", ["arguments"] = new JsonObject { ["orderId"] = 7, ["reason"] = "Twice." } };
        using var asked = await fixture.PostAsync("/tools/execute", call);
        var problem = await PlaygroundFixture.JsonOfAsync(asked);
        call["confirmation"] = new JsonObject { ["action"] = "accept", ["state"] = problem["state"]!.DeepClone() };

        using var done = await fixture.PostAsync("/tools/execute", call);

        Assert.Equal(HttpStatusCode.Conflict, asked.StatusCode);
        Assert.Equal("application/problem+json", asked.Content.Headers.ContentType!.MediaType);
        Assert.Equal("urn:ordersmcp:problem:confirmation-required", problem["type"]!.ToString());
        Assert.Equal("Cancel order 7? It is pending; its total is 35.5 EUR.", problem["question"]!.ToString());
        Assert.Equal("cancelled", (await PlaygroundFixture.JsonOfAsync(done))["structured"]!["status"]!.ToString());
        Assert.Equal(before + 1, fixture.Shop.Changes.Count());
    }

    [Theory]
    [InlineData("/tools/execute", """{"name":"sell_shop"}""", "sell_shop")]
    [InlineData("/tools/execute", """{"arguments":{}}""", "name is missing")]
    [InlineData("/tools/execute", """{"name":"get_order","caller":"nobody"}""", "There is no caller 'nobody'")]
    [InlineData("/tools/execute", """{"name":"get_order","confirmation":{"action":"maybe","state":"x"}}""", "accept or decline")]
    [InlineData("/tools/execute", """{"name":"cancel_order","arguments":{"orderId":7,"reason":"x"},"confirmation":{"action":"accept","state":"x"}}""", "state of the confirmation is not valid")]
    [InlineData("/tools/execute", """[]""", "could not be converted")]
    [InlineData("/generate", """{"prompt":" "}""", "prompt is missing")]
    [InlineData("/generate", """{"prompt":"Hello","model":"none"}""", "There is no model 'none'")]
    [InlineData("/analyze", """{}""", "question is missing")]
    [InlineData("/chat/stream", """{}""", "messages is missing")]
    [InlineData("/generate", """{"prompt":"Hello","system":"LONG"}""", "system has more than 100000 characters")]
    [InlineData("/chat/stream", """{"messages":[null]}""", "messages[0] is null.")]
    [InlineData("/chat/stream", """{"messages":[{"role":"user","parts":[{"type":"text","text":"Hello"},null]}]}""", "messages[0].parts[1] is null.")]
    [InlineData("/chat/stream", """{"messages":[{"role":"system","parts":[{"type":"text","text":"Obey."}]}]}""", "messages[0] has a role other than")]
    [InlineData("/chat/stream", """{"messages":[{"role":"user","parts":[{"type":"tool_result","id":"1","text":"x"}]}]}""", "takes only text")]
    [InlineData("/chat/stream", """{"messages":[{"role":"user","parts":[{"type":"text","text":"Hello"}]},{"role":"assistant","parts":[{"type":"text","text":"Yes?"}]}]}""", "Add a user message")]
    [InlineData("/chat/stream", """{"messages":[{"role":"user","parts":[{"type":"text","text":"Hello"}]}],"confirmation":{"id":"c1","action":"accept","state":"x"}}""", "not the id of a tool call")]
    [InlineData("/chat/stream", """{"messages":[{"role":"user","parts":[{"type":"picture","text":"Hello"}]}]}""", "picture")]
    public async Task Wrong_request_is_a_problem_that_says_what_is_wrong(string path, string body, string detail)
    {
        using var response = await fixture.PostAsync(path, JsonNode.Parse(body.Replace("LONG", new string('x', 100_001), StringComparison.Ordinal))!);

        var text = await PlaygroundFixture.TextOfAsync(response);
        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, text);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains(detail, JsonNode.Parse(text)!["detail"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Large_body_is_refused()
    {
        using var response = await fixture.PostAsync("/generate", new JsonObject { ["prompt"] = new string('x', 1_100_000) });

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Call_in_the_background_is_found_by_its_location()
    {
        using var begun = await fixture.PostAsync("/tools/execute/async", new JsonObject { ["name"] = "get_order", ["arguments"] = Order7.DeepClone() });

        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        var task = await Until.NotNullAsync(
            async () =>
            {
                using var response = await fixture.SendAsync(HttpMethod.Get, begun.Headers.Location!.OriginalString);
                var state = await PlaygroundFixture.JsonOfAsync(response);
                return state["status"]!.ToString() == "working" ? null : state;
            },
            TimeSpan.FromSeconds(10),
            "The task does not end.");
        Assert.Equal(("completed", "pending"), (task["status"]!.ToString(), task["result"]!["structured"]!["status"]!.ToString()));
        using var unknown = await fixture.SendAsync(HttpMethod.Get, "/tasks/none");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Theory]
    [InlineData("claude")]
    [InlineData("gpt")]
    public async Task Model_answers_a_prompt_alone(string model)
    {
        fixture.Models.Begin(ModelTurn.Say("Four."));

        using var response = await fixture.PostAsync("/generate", new JsonObject { ["model"] = model, ["prompt"] = "Two and two?", ["system"] = "Be brief." });

        var reply = await PlaygroundFixture.JsonOfAsync(response);
        Assert.Equal(("Four.", "stop", 100, 20), (reply["text"]!.ToString(), reply["finishReason"]!.ToString(), (int)reply["inputTokens"]!, (int)reply["outputTokens"]!));
        Assert.Null(fixture.Models.Requests.Single()["tools"]);
    }

    [Theory]
    [InlineData("claude-wrong", 502)]
    [InlineData("gpt-wrong", 502)]
    public async Task Wrong_key_is_not_the_callers_fault(string model, int status)
    {
        using var response = await fixture.PostAsync("/generate", new JsonObject { ["model"] = model, ["prompt"] = "Hello" });

        var text = await PlaygroundFixture.TextOfAsync(response);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.DoesNotContain("sk-wrong", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Question_is_answered_with_tools_in_one_piece()
    {
        fixture.Models.Begin(ModelTurn.Call(("get_order", Order7.ToJsonString())), ModelTurn.Say("It is pending."));

        using var response = await fixture.PostAsync("/analyze", new JsonObject { ["model"] = "claude", ["question"] = "How is order 7?" });

        var reply = await PlaygroundFixture.JsonOfAsync(response);
        Assert.Equal(("It is pending.", "stop"), (reply["text"]!.ToString(), reply["reason"]!.ToString()));
        var call = Assert.Single(reply["toolCalls"]!.AsArray());
        Assert.Equal(("get_order", Order7.ToJsonString()), (call!["name"]!.ToString(), call["arguments"]!.ToJsonString()));
        Assert.Equal(2, (int)reply["usage"]!["turns"]!);
    }

    [Fact]
    public async Task Question_that_needs_a_person_is_a_conflict()
    {
        using var response = await fixture.PostAsync("/analyze", new JsonObject { ["question"] = "Cancel order 7" });

        var problem = await PlaygroundFixture.JsonOfAsync(response);
        Assert.Equal((HttpStatusCode.Conflict, "cancel_order"), (response.StatusCode, problem["name"]!.ToString()));
        Assert.Empty(problem["toolCalls"]!.AsArray());
    }

    [Fact]
    public async Task Question_that_needs_a_person_tells_what_was_done_before_it()
    {
        fixture.Models.Begin(ModelTurn.Call(Delete), ModelTurn.Call(("cancel_order", """{"orderId":7,"reason":"x"}""")));

        using var response = await fixture.PostAsync("/analyze", new JsonObject { ["model"] = "claude", ["question"] = "Delete all, and cancel order 7." });

        var problem = await PlaygroundFixture.JsonOfAsync(response);
        Assert.Equal("cancel_order", problem["name"]!.ToString());
        Assert.StartsWith("This call was not executed", problem["detail"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("delete_all", problem["toolCalls"]!.AsArray().Single()!["name"]!.ToString());
    }

    [Theory]
    [InlineData("delete_all", "{}", false)]
    [InlineData("get_order", """{"orderId":7}""", true)]
    public async Task Failure_of_a_model_tells_what_was_done_and_may_be_repeated_only_if_nothing_changed(string tool, string arguments, bool isRetryable)
    {
        fixture.Models.Begin(ModelTurn.Call((tool, arguments)), ModelTurn.Fail(529));

        using var response = await fixture.PostAsync("/analyze", new JsonObject { ["model"] = "claude", ["question"] = "Go." });

        var problem = await PlaygroundFixture.JsonOfAsync(response);
        Assert.Equal((HttpStatusCode.BadGateway, isRetryable), (response.StatusCode, (bool)problem["retryable"]!));
        Assert.Equal(tool, problem["toolCalls"]!.AsArray().Single()!["name"]!.ToString());
    }

    [Fact]
    public async Task Document_describes_every_path_for_programs()
    {
        using var response = await fixture.SendAsync(HttpMethod.Get, "/openapi/v1.json");

        var document = await PlaygroundFixture.JsonOfAsync(response);
        Assert.Equal(
            ["/analyze", "/chat/stream", "/generate", "/mcp/{tool}", "/settings", "/tasks/{id}", "/tools", "/tools/execute", "/tools/execute/async"],
            document["paths"]!.AsObject().Select(path => path.Key).Order(StringComparer.Ordinal));
        Assert.All(document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()), operation => Assert.False(
            string.IsNullOrEmpty(operation.Value!["summary"]?.ToString()) || string.IsNullOrEmpty(operation.Value["operationId"]?.ToString()), operation.Value.ToJsonString()));
    }

    [Fact]
    public async Task Settings_have_no_keys()
    {
        using var response = await fixture.SendAsync(HttpMethod.Get, "/settings");

        var text = await PlaygroundFixture.TextOfAsync(response);
        Assert.Equal("scripted", JsonNode.Parse(text)!["defaultModel"]!.ToString());
        Assert.Equal(9, JsonNode.Parse(text)!["models"]!.AsArray().Count);
        Assert.True(JsonNode.Parse(text)!["examples"]!.AsArray().Count >= 8);
        Assert.Null(JsonNode.Parse(text)!["notice"]);
        Assert.DoesNotContain("sk-", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "http://localhost:5173")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "file://")]
    [InlineData("X-Forwarded-For", "10.0.0.1")]
    public async Task Others_may_not_drive_it(string header, string value)
    {
        using var response = await fixture.PostAsync("/tools/execute", new JsonObject { ["name"] = "get_order" }, (header, value));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Foreign_name_of_this_machine_is_refused()
    {
        using var response = await fixture.SendAsync(HttpMethod.Get, "/settings", body: null, ("Host", "evil.example"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Own_page_may_call_under_any_name_of_this_machine()
    {
        var port = fixture.Playground.Address.Port;

        using var direct = await fixture.PostAsync("/mcp/get_order", Order7.DeepClone(), ("Origin", $"http://{fixture.Playground.Address.Authority}"));
        // As the development server of Vite passes it on.
        using var proxied = await fixture.PostAsync("/mcp/get_order", Order7.DeepClone(), ("Origin", "http://localhost:5173"), ("Host", "localhost:5173"));
        using var mixed = await fixture.PostAsync("/mcp/get_order", Order7.DeepClone(), ("Origin", $"https://localhost:{port}"), ("Host", $"localhost:{port}"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Forbidden), (direct.StatusCode, proxied.StatusCode, mixed.StatusCode));
    }

    [Theory]
    [InlineData("/apps/frame?uri=https://example.com", 400, "uri must be the address of an app")]
    [InlineData("/apps/frame?uri=ui://orders/none&caller=nobody", 400, "There is no caller &#39;nobody&#39;")]
    [InlineData("/apps/frame?uri=ui://orders/none", 502, "The MCP server refused")]
    public async Task App_that_cannot_be_shown_is_a_page_that_says_why(string path, int status, string reason)
    {
        using var response = await fixture.SendAsync(HttpMethod.Get, path);

        Assert.Equal((status, "text/html"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.StartsWith("sandbox allow-scripts;", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("SAMEORIGIN", response.Headers.GetValues("X-Frame-Options").Single());
        Assert.Contains(reason, await PlaygroundFixture.TextOfAsync(response), StringComparison.Ordinal);
    }
}
