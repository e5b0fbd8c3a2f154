using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Confirmation;

/// <summary>Calls that a person confirms, over HTTP with protocol version 2026-07-28.</summary>
[Trait("Category", "Postgres")]
public sealed class ConfirmationTests : IAsyncLifetime
{
    private static readonly JsonObject Order7 = new() { ["orderId"] = 7, ["reason"] = "Twice." };

    private static readonly string LongKey = new('k', 5000);
    private readonly ShiftedTime _time = new();
    private ShopApi _shop = null!;
    private McpApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        _shop = await ShopApi.StartAsync();
        _server = McpApplication.StartWith(_shop.Api.Address, services =>
            services.AddSingleton<TimeProvider>(_time), TestCaller.Settings);
        await _server.WaitForHealthAsync("Healthy");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _shop.DisposeAsync();
    }

    [Fact]
    public async Task Call_is_answered_with_the_question_and_does_nothing()
    {
        var answer = await _server.SendAsync("cancel_order", Order7);

        var question = answer["result"]!["inputRequests"]!["confirm"]!;
        Assert.Equal("input_required", answer["result"]!["resultType"]!.ToString());
        Assert.Equal("elicitation/create", question["method"]!.ToString());
        Assert.Equal("Cancel order 7? It is pending; its total is 35.5 EUR.", question["params"]!["message"]!.ToString());
        var schema = question["params"]!["requestedSchema"]!;
        Assert.Equal("""["confirm"]""", schema["required"]!.ToJsonString());
        Assert.Equal("boolean", schema["properties"]!["confirm"]!["type"]!.ToString());
        Assert.Equal("Yes, cancel order 7", schema["properties"]!["confirm"]!["title"]!.ToString());
        Assert.Empty(_shop.Changes);
    }

    [Fact]
    public async Task Confirmed_call_is_made_for_the_version_that_was_shown()
    {
        var (_, state) = await _server.AskAsync("cancel_order", Order7);

        var result = ToolCalls.Done(await _server.SendAsync("cancel_order", Order7, state, ToolCalls.Yes));

        Assert.Equal("cancelled", result["structuredContent"]!["status"]!.ToString());
        var request = Assert.Single(_shop.Changes);
        Assert.Equal("\"3\"", request.Headers["If-Match"]);
        Assert.Equal("""{"reason":"Twice."}""", request.Body);
    }

    [Fact]
    public async Task Repeats_of_a_confirmed_call_have_the_key_of_the_first()
    {
        var (_, state) = await _server.AskAsync("cancel_order", Order7);
        var (answer, both, count) = (_shop.Api.Answer, new TaskCompletionSource(), 0);
        _shop.Api.Answer = async context =>
        {
            if (context.Request.Method == "POST" && Interlocked.Increment(ref count) == 2)
            {
                both.SetResult();
            }

            await (context.Request.Method == "POST" ? both.Task.WaitAsync(context.RequestAborted) : Task.CompletedTask);
            await answer(context);
        };

        await Task.WhenAll(
            _server.SendAsync("cancel_order", Order7, state, ToolCalls.Yes), _server.SendAsync("cancel_order", Order7, state, ToolCalls.Yes));

        Assert.Equal(2, _shop.Changes.Count());
        Assert.Single(_shop.Changes.Select(request => request.Headers["Idempotency-Key"]).Distinct());
    }

    [Fact]
    public async Task Key_of_the_caller_is_kept()
    {
        var arguments = new JsonObject { ["orderId"] = 7, ["reason"] = "Twice.", ["idempotencyKey"] = LongKey };
        var (_, state) = await _server.AskAsync("cancel_order", arguments);

        ToolCalls.Done(await _server.SendAsync("cancel_order", arguments, state, ToolCalls.Yes));

        Assert.Equal(LongKey, Assert.Single(_shop.Changes).Headers["Idempotency-Key"]);
    }

    [Theory]
    [InlineData("""{"action":"accept","content":{"confirm":false}}""")]
    [InlineData("""{"action":"accept","content":{"confirm":"true"}}""")]
    [InlineData("""{"action":"accept","content":{}}""")]
    [InlineData("""{"action":"accept"}""")]
    [InlineData("""{"action":"decline"}""")]
    [InlineData("""{"action":"cancel"}""")]
    public async Task Call_that_is_not_agreed_to_is_not_made(string answer)
    {
        var (_, state) = await _server.AskAsync("cancel_order", Order7);

        var problem = ToolCalls.Problem(await _server.SendAsync("cancel_order", Order7, state, JsonNode.Parse(answer)));

        Assert.Equal("Not executed", problem["title"]!.ToString());
        Assert.Empty(_shop.Changes);
    }

    [Theory]
    [InlineData("17")]
    [InlineData("{}")]
    [InlineData("""{"action":"maybe"}""")]
    [InlineData("""{"action":1}""")]
    public async Task Invalid_answer_is_a_protocol_error(string answer)
    {
        var (_, state) = await _server.AskAsync("cancel_order", Order7);

        var error = (await _server.SendAsync("cancel_order", Order7, state, JsonNode.Parse(answer)))["error"]!;

        Assert.Equal(-32602, (int)error["code"]!);
        Assert.Empty(_shop.Changes);
    }

    [Fact]
    public async Task Person_is_asked_again_when_the_answer_is_missing_or_the_state_is()
    {
        var (_, state) = await _server.AskAsync("cancel_order", Order7);

        var withoutAnswer = await _server.SendAsync("cancel_order", Order7, state);
        var withoutState = await _server.SendAsync("cancel_order", Order7, state: null, ToolCalls.Yes);

        Assert.Equal("input_required", withoutAnswer["result"]!["resultType"]!.ToString());
        Assert.Equal("input_required", withoutState["result"]!["resultType"]!.ToString());
        Assert.Empty(_shop.Changes);
    }

    [Fact]
    public async Task State_that_was_altered_is_refused()
    {
        var (_, state) = await _server.AskAsync("cancel_order", Order7);

        foreach (var altered in new[] { $"{state}x", state[..^1], state.Replace("v1.", "v1.A", StringComparison.Ordinal), "", "v1.e30.e30" })
        {
            await AssertRefusedAsync("Confirmation not valid", Order7, altered);
        }
    }

    [Fact]
    public async Task State_of_another_caller_is_refused()
    {
        var (_, state) = await _server.AskAsync("cancel_order", Order7, caller: "alice");

        var problem = ToolCalls.Problem(await _server.SendAsync("cancel_order", Order7, state, ToolCalls.Yes, caller: "mallory"));

        Assert.Equal("Confirmation not valid", problem["title"]!.ToString());
        await AssertRefusedAsync("Confirmation not valid", Order7, state); // nor anonymous
        ToolCalls.Done(await _server.SendAsync("cancel_order", Order7, state, ToolCalls.Yes, caller: "alice"));
    }

    [Fact]
    public async Task State_of_other_arguments_or_another_tool_is_refused()
    {
        var (_, state) = await _server.AskAsync("cancel_order", Order7);
        var (_, ofThing) = await _server.AskAsync("delete_thing", new JsonObject { ["thingId"] = "a" });

        await AssertRefusedAsync("Confirmation not valid", new JsonObject { ["orderId"] = 8, ["reason"] = "Twice." }, state);
        await AssertRefusedAsync("Confirmation not valid", new JsonObject { ["orderId"] = 7, ["reason"] = "twice." }, state);
        await AssertRefusedAsync("Confirmation not valid", Order7, ofThing);
    }

    [Fact]
    public async Task State_is_of_the_same_arguments_however_they_are_written()
    {
        var (_, state) = await _server.AskAsync("cancel_order", new JsonObject { ["orderId"] = "7", ["reason"] = "Twice." });

        ToolCalls.Done(await _server.SendAsync("cancel_order", new JsonObject { ["reason"] = "Twice.", ["orderId"] = 7 }, state, ToolCalls.Yes));
    }

    [Fact]
    public async Task State_expires()
    {
        var (_, state) = await _server.AskAsync("cancel_order", Order7);
        _time.Shift = TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1);

        await AssertRefusedAsync("Confirmation expired", Order7, state);
    }

    [Fact]
    public async Task State_is_valid_until_it_expires()
    {
        var (_, state) = await _server.AskAsync("cancel_order", Order7);
        _time.Shift = TimeSpan.FromMinutes(4) + TimeSpan.FromSeconds(30);

        ToolCalls.Done(await _server.SendAsync("cancel_order", Order7, state, ToolCalls.Yes));
    }

    [Fact]
    public async Task Order_that_changed_meanwhile_is_shown_again_and_not_cancelled()
    {
        var (_, state) = await _server.AskAsync("cancel_order", Order7);
        (_shop.Version, _shop.Total) = (4, 99m);

        var problem = await AssertRefusedAsync("Changed meanwhile", Order7, state);

        Assert.Equal("Cancel order 7? It is pending; its total is 99 EUR.", problem["question"]!.ToString());
    }

    [Fact]
    public async Task Order_that_changes_after_the_second_look_is_refused_by_the_api()
    {
        var (_, state) = await _server.AskAsync("cancel_order", Order7);
        _shop.OnRead = () => _shop.Version = 4;

        var problem = ToolCalls.Problem(await _server.SendAsync("cancel_order", Order7, state, ToolCalls.Yes));

        Assert.Equal("Stale version", problem["title"]!.ToString());
    }

    [Fact]
    public async Task Replay_is_refused_when_the_call_was_made()
    {
        var (_, state) = await _server.AskAsync("cancel_order", Order7);
        ToolCalls.Done(await _server.SendAsync("cancel_order", Order7, state, ToolCalls.Yes));

        var problem = ToolCalls.Problem(await _server.SendAsync("cancel_order", Order7, state, ToolCalls.Yes));

        Assert.Equal("Changed meanwhile", problem["title"]!.ToString());
        Assert.Single(_shop.Changes);
    }

    [Fact]
    public async Task Replay_is_refused_where_there_is_neither_version_nor_key()
    {
        var arguments = new JsonObject { ["thingId"] = "a" };
        var (message, state) = await _server.AskAsync("delete_thing", arguments);
        ToolCalls.Done(await _server.SendAsync("delete_thing", arguments, state, ToolCalls.Yes));

        var problem = ToolCalls.Problem(await _server.SendAsync("delete_thing", arguments, state, ToolCalls.Yes));

        Assert.Equal("Delete a thing? (thingId a)", message);
        Assert.Equal("Confirmation already used", problem["title"]!.ToString());
        Assert.Single(_shop.Changes);
    }

    [Fact]
    public async Task Wrong_arguments_are_named_before_anybody_is_asked()
    {
        var problem = ToolCalls.Problem(await _server.SendAsync("cancel_order", new JsonObject { ["orderId"] = 0 }));

        Assert.NotNull(problem["errors"]!["orderId"]);
        Assert.NotNull(problem["errors"]!["reason"]);
        Assert.Empty(_shop.Api.Requests);
    }

    [Fact]
    public async Task Nobody_is_asked_about_a_missing_order()
    {
        var problem = ToolCalls.Problem(await _server.SendAsync("cancel_order", new JsonObject { ["orderId"] = 9, ["reason"] = "x" }));

        Assert.Equal("No such order", problem["title"]!.ToString());
    }

    [Fact]
    public async Task Version_of_the_caller_that_is_not_the_current_one_is_refused_before_anybody_is_asked()
    {
        var stale = new JsonObject { ["orderId"] = 7, ["reason"] = "x", ["If-Match"] = "\"2\"" };
        var current = new JsonObject { ["orderId"] = 7, ["reason"] = "x", ["If-Match"] = "3" };

        var problem = ToolCalls.Problem(await _server.SendAsync("cancel_order", stale));
        var (_, state) = await _server.AskAsync("cancel_order", current);
        ToolCalls.Done(await _server.SendAsync("cancel_order", current, state, ToolCalls.Yes));

        Assert.Equal("Changed meanwhile", problem["title"]!.ToString());
        Assert.Equal("\"3\"", Assert.Single(_shop.Changes).Headers["If-Match"]);
    }

    [Fact]
    public async Task Untrusted_text_is_in_no_question()
    {
        var (message, state) = await _server.AskAsync("cancel_order", Order7);

        Assert.DoesNotContain("Ignore", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Ignore", state, StringComparison.Ordinal);
    }

    private async Task<JsonNode> AssertRefusedAsync(string title, JsonObject arguments, string state)
    {
        var problem = ToolCalls.Problem(await _server.SendAsync("cancel_order", arguments, state, ToolCalls.Yes));
        Assert.Equal(title, problem["title"]!.ToString());
        Assert.Contains("cancel_order again without requestState", problem["detail"]!.ToString(), StringComparison.Ordinal);
        Assert.Empty(_shop.Changes);
        return problem;
    }
}
