using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.Playground.Tools;
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
    public async Task Request_that_would_pass_the_limit_is_not_sent(string limit, string value, string reached)
    {
        await using var thrifty = PlaygroundApplication.Start([.. fixture.Settings, ($"Playground:Limits:{limit}", value)]);
        fixture.Models.Begin(_ => ModelTurn.Call(("get_order", """{"orderId":7}""")));

        var reply = await AnalyzeAsync(thrifty, "gpt", "How is order 7?");

        Assert.Equal(("limit", reached), (reply["reason"]!.ToString(), reply["limit"]!.ToString()));
        Assert.Equal(0, fixture.Models.Count);
    }

    [Theory]
    [InlineData("Tokens", "3000")]
    [InlineData("Cost", "5")]
    public async Task Answer_may_be_as_long_as_the_limits_leave(string limit, string value)
    {
        await using var thrifty = PlaygroundApplication.Start([.. fixture.Settings, ($"Playground:Limits:{limit}", value)]);
        fixture.Models.Begin(ModelTurn.Call(("get_order", """{"orderId":7}""")), ModelTurn.Say("It is pending."));

        await AnalyzeAsync(thrifty, "claude", "How is order 7?");

        int[] most = [.. fixture.Models.Requests.Select(request => (int)request["max_tokens"]!)];
        Assert.Equal(2, most.Length);
        Assert.True(most[0] < 3_000, $"{most[0]}");
        Assert.True(most[1] < most[0], $"{most[1]} after {most[0]}");
    }

    [Fact]
    public async Task Prompt_for_a_model_alone_that_would_pass_the_limit_is_not_sent()
    {
        await using var thrifty = PlaygroundApplication.Start([.. fixture.Settings, ("Playground:Limits:Tokens", "100")]);
        fixture.Models.Begin();

        using var response = await thrifty.PostAsync("/generate", new JsonObject { ["model"] = "claude", ["prompt"] = new string('x', 1_000) });

        Assert.Equal((HttpStatusCode.BadRequest, 0), (response.StatusCode, fixture.Models.Count));
        Assert.Contains("100 of the 100 are left", await PlaygroundFixture.TextOfAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_of_a_turn_run_at_the_same_time_up_to_the_limit()
    {
        const int Width = 2;
        await using var narrow = PlaygroundApplication.Start([.. fixture.Settings, ("Playground:Limits:ParallelToolCalls", $"{Width}")]);
        fixture.Models.Begin(ModelTurn.Call([.. Enumerable.Repeat(("get_order", """{"orderId":7}"""), 6)]), ModelTurn.Say("Done."));
        var answer = fixture.Shop.Api.Answer;
        var (running, most) = (0, 0);
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Shop.Api.Answer = async context =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            if (now == Width)
            {
                full.TrySetResult();
            }

            await full.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
            await answer(context);
            Interlocked.Decrement(ref running);
        };
        try
        {
            var reply = await AnalyzeAsync(narrow, "claude", "How is order 7?");

            Assert.Equal((6, Width), (reply["toolCalls"]!.AsArray().Count, most));
        }
        finally
        {
            fixture.Shop.Api.Answer = answer;
        }
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
        var network = new Network { Failure = static () => new HttpRequestException("Connection refused", new SocketException()) };
        await using var playground = PlaygroundApplication.StartWith(network.Configure, fixture.Settings);

        using var asked = await playground.PostAsync("/analyze", new JsonObject { ["question"] = "Show order 7" });
        using var listed = await GetAsync(playground, "/tools");
        network.Failure = null;
        using var again = await GetAsync(playground, "/tools");

        Assert.Equal((HttpStatusCode.BadGateway, HttpStatusCode.BadGateway, HttpStatusCode.OK), (asked.StatusCode, listed.StatusCode, again.StatusCode));
        Assert.Contains("The MCP server cannot be reached", await PlaygroundFixture.TextOfAsync(asked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_that_takes_too_long_means_that_the_mcp_server_cannot_be_reached()
    {
        var network = new Network();
        await using var playground = PlaygroundApplication.StartWith(network.Configure, fixture.Settings);
        using var connected = await GetAsync(playground, "/tools");

        // What SocketsHttpHandler throws after its ConnectTimeout.
        network.Failure = static () => new TaskCanceledException("The operation was canceled.", new TimeoutException());
        using var listed = await GetAsync(playground, "/tools");
        using var asked = await playground.PostAsync("/analyze", new JsonObject { ["question"] = "Show order 7" });

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadGateway), (connected.StatusCode, listed.StatusCode));
        Assert.Contains("The MCP server cannot be reached", await PlaygroundFixture.TextOfAsync(asked), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/tools")]
    [InlineData("/apps/frame?uri=ui://orders/order-card")]
    public async Task Mcp_server_that_does_not_answer_is_left_after_the_limit_of_seconds(string path)
    {
        var network = new Network();
        await using var playground = PlaygroundApplication.StartWith(
            services =>
            {
                network.Configure(services);
                services.AddSingleton<TimeProvider>(new HastyTime(1000));
            },
            fixture.Settings);
        using var connected = await GetAsync(playground, "/tools");

        network.IsSilent = true;
        using var response = await GetAsync(playground, path);

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Contains("The MCP server took more than 180 s.", await PlaygroundFixture.TextOfAsync(response), StringComparison.Ordinal);
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

    private static Task<HttpResponseMessage> GetAsync(PlaygroundApplication playground, string path) =>
        OutsideClient.Shared.GetAsync(new Uri(playground.Address, path), TestContext.Current.CancellationToken);

    private static void InterlockedMax(ref int most, int value)
    {
        for (var before = Volatile.Read(ref most); before < value;)
        {
            before = Interlocked.CompareExchange(ref most, value, before);
        }
    }

    private static JsonObject Chat(string model) => new() { ["model"] = model, ["messages"] = new JsonArray(PlaygroundFixture.User("Hello")) };

    private static async Task<JsonObject> AnalyzeAsync(PlaygroundApplication playground, string model, string question)
    {
        using var response = await playground.PostAsync("/analyze", new JsonObject { ["model"] = model, ["question"] = question });
        return await PlaygroundFixture.JsonOfAsync(response);
    }

    /// <summary>The way to the MCP server.</summary>
    private sealed class Network : DelegatingHandler
    {
        /// <summary>Fails each request; null if the server can be reached.</summary>
        public Func<Exception>? Failure { get; set; }

        /// <summary>Whether requests get no answer.</summary>
        public bool IsSilent { get; set; }

        public void Configure(IServiceCollection services) => services.AddHttpClient(ToolServers.HttpClient).AddHttpMessageHandler(() => this);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (IsSilent)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return Failure is { } failure ? throw failure() : await base.SendAsync(request, cancellationToken);
        }
    }
}
