using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Playground;

/// <summary>Bounds of time, number and age, with clocks and limits of the test.</summary>
[Collection(PlaygroundCollection.Name)]
[Trait("Category", "Unit")]
public sealed class BoundTests(PlaygroundFixture fixture)
{
    [Fact]
    public async Task Model_that_takes_too_long_is_stopped_by_the_limit_of_seconds()
    {
        await using var hasty = PlaygroundApplication.StartWith(services => services.AddSingleton<TimeProvider>(new HastyTime(1000)), fixture.Settings);
        fixture.Models.Begin(ModelTurn.Hang("Let me think"));

        var reply = await AnalyzeAsync(hasty, "claude", "Hello");

        Assert.Equal(("limit", "seconds"), (reply["reason"]!.ToString(), reply["limit"]!.ToString()));
    }

    [Theory]
    [InlineData("Tokens", "100", "tokens")]
    [InlineData("Cost", "0.15", "cost")]
    public async Task Spent_tokens_and_money_end_the_loop(string limit, string value, string reached)
    {
        await using var thrifty = PlaygroundApplication.Start([.. fixture.Settings, ($"Playground:Limits:{limit}", value)]);
        fixture.Models.Begin(_ => ModelTurn.Call(("get_order", """{"orderId":7}""")));

        var reply = await AnalyzeAsync(thrifty, "gpt", "How is order 7?");

        Assert.Equal(("limit", reached), (reply["reason"]!.ToString(), reply["limit"]!.ToString()));
        Assert.Equal(1, fixture.Models.Count);
    }

    [Fact]
    public async Task More_conversations_than_the_limit_are_refused()
    {
        await using var small = PlaygroundApplication.Start([.. fixture.Settings, ("Playground:Limits:Conversations", "1")]);
        fixture.Models.Begin(ModelTurn.Hang("Let me think"));

        using var first = await small.PostAsync("/chat/stream", Chat("claude"));
        using var second = await small.PostAsync("/chat/stream", Chat("claude"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (first.StatusCode, second.StatusCode));
    }

    [Fact]
    public async Task Calls_in_the_background_are_bounded_in_number_and_age()
    {
        var time = new ShiftedTime();
        await using var small = PlaygroundApplication.StartWith(
            services => services.AddSingleton<TimeProvider>(time), [.. fixture.Settings, ("Playground:Limits:Tasks", "1")]);
        var call = new JsonObject { ["name"] = "get_order", ["arguments"] = new JsonObject { ["orderId"] = 7 } };
        using var first = await small.PostAsync("/tools/execute/async", call);
        var location = new Uri(small.Address, first.Headers.Location!);
        await Until.TrueAsync(
            async () => (await OutsideClient.Shared.GetStringAsync(location, TestContext.Current.CancellationToken)).Contains("completed", StringComparison.Ordinal),
            TimeSpan.FromSeconds(10),
            () => "The call does not end.");

        using var tooMany = await small.PostAsync("/tools/execute/async", call);
        time.Shift = TimeSpan.FromMinutes(16);
        using var later = await small.PostAsync("/tools/execute/async", call);
        using var forgotten = await OutsideClient.Shared.GetAsync(location, TestContext.Current.CancellationToken);

        Assert.Equal(
            (HttpStatusCode.Accepted, HttpStatusCode.TooManyRequests, HttpStatusCode.Accepted, HttpStatusCode.NotFound),
            (first.StatusCode, tooMany.StatusCode, later.StatusCode, forgotten.StatusCode));
    }

    [Fact]
    public async Task Mcp_server_that_is_away_is_an_error_until_it_is_back()
    {
        await using var alone = PlaygroundApplication.Start([.. fixture.Settings, ("Playground:Server", "http://127.0.0.1:1/mcp")]);

        using var asked = await alone.PostAsync("/analyze", new JsonObject { ["question"] = "Show order 7" });
        using var listed = await OutsideClient.Shared.GetAsync(new Uri(alone.Address, "/tools"), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.BadGateway, HttpStatusCode.BadGateway), (asked.StatusCode, listed.StatusCode));
        Assert.Contains("The MCP server cannot be reached", await PlaygroundFixture.TextOfAsync(asked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caller_with_a_wrong_key_is_told_so_without_the_key()
    {
        await using var wrong = PlaygroundApplication.Start(
            [.. fixture.Settings, ("Playground:Callers:0:Id", "x"), ("Playground:Callers:0:Name", "X"), ("Playground:Callers:0:ApiKey", "omcp_wrong")]);

        using var response = await OutsideClient.Shared.GetAsync(new Uri(wrong.Address, "/tools"), TestContext.Current.CancellationToken);

        var text = await PlaygroundFixture.TextOfAsync(response);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("does not accept the credential of this caller", text, StringComparison.Ordinal);
        Assert.DoesNotContain("omcp_wrong", text, StringComparison.Ordinal);
    }

    private static JsonObject Chat(string model) => new() { ["model"] = model, ["messages"] = new JsonArray(PlaygroundFixture.User("Hello")) };

    private static async Task<JsonObject> AnalyzeAsync(PlaygroundApplication playground, string model, string question)
    {
        using var response = await playground.PostAsync("/analyze", new JsonObject { ["model"] = model, ["question"] = question });
        return await PlaygroundFixture.JsonOfAsync(response);
    }
}
