using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace OrdersMcp.Tests.Playground;

/// <summary>Conversations over a WebSocket.</summary>
[Collection(PlaygroundCollection.Name)]
[Trait("Category", "Unit")]
public sealed class ChatSocketTests(PlaygroundFixture fixture)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_of_a_socket_are_answered_in_their_order()
    {
        using var socket = await ConnectAsync();

        await socket.SendAsync("{");
        await socket.SendAsync("""{"messages":[null]}""");
        await socket.SendAsync(Request("scripted", "Show order 7"));
        var (unreadable, wrong, right) = (await socket.ReadToEndAsync(), await socket.ReadToEndAsync(), await socket.ReadToEndAsync());
        await socket.CloseAsync();

        Assert.Equal(["error", "done"], unreadable.Select(message => message["event"]!.ToString()));
        Assert.Equal("messages[0] is null.", wrong[0]["data"]!["detail"]!.ToString());
        Assert.Equal("start", right[0]["event"]!.ToString());
        Assert.Contains(right, message => message["event"]!.ToString() == "tool_result" && message["data"]!["structured"]!["status"]!.ToString() == "pending");
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task Closing_stops_the_answer_even_if_another_request_waits()
    {
        fixture.Models.Begin(ModelTurn.Hang("Let me think"));
        using var socket = await ConnectAsync();

        await socket.SendAsync(Request("claude", "Hello"));
        while ((await socket.ReadAsync())["event"]!.ToString() != "text")
        {
        }

        await socket.SendAsync(Request("claude", "Are you there?"));
        await socket.CloseAsync().WaitAsync(Patience, Cancellation);

        await fixture.Models.ClientLeft.Task.WaitAsync(Patience, Cancellation);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        Assert.Equal(1, fixture.Models.Count);
    }

    [Fact]
    public async Task Socket_with_too_many_waiting_requests_is_closed()
    {
        fixture.Models.Begin(ModelTurn.Hang("Let me think"));
        using var socket = await ConnectAsync();
        for (var i = 0; i < 10; i++)
        {
            await socket.SendAsync(Request("claude", "Hello"));
        }

        var error = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (true)
            {
                await socket.ReadAsync().WaitAsync(Patience, Cancellation); // a close has no content that could be read
            }
        });

        Assert.IsNotType<TimeoutException>(error);
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, socket.CloseStatus);
    }

    [Fact]
    public async Task Conversations_over_sockets_and_http_have_one_limit()
    {
        await using var small = PlaygroundApplication.Start([.. fixture.Settings, ("Playground:Limits:Conversations", "1")]);
        fixture.Models.Begin(ModelTurn.Hang("Let me think"));
        using var socket = await ChatClient.ConnectAsync(small.Address);
        await socket.SendAsync(Request("claude", "Hello"));
        await socket.ReadAsync();

        using var second = await small.PostAsync("/chat/stream", Request("claude", "Hello"));
        using var other = await ChatClient.ConnectAsync(small.Address);
        await other.SendAsync(Request("claude", "Hello"));

        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.Equal(429, (int)(await other.ReadToEndAsync())[0]["data"]!["status"]!);
    }

    [Fact]
    public async Task Page_of_the_playground_may_open_one_and_no_other_page_of_this_machine()
    {
        using var own = await ChatClient.ConnectAsync(fixture.Playground.Address, $"http://{fixture.Playground.Address.Authority}");

        var refused = await Assert.ThrowsAsync<WebSocketException>(() => ChatClient.ConnectAsync(fixture.Playground.Address, "http://localhost:5173"));

        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
    }

    private Task<ChatClient> ConnectAsync() => ChatClient.ConnectAsync(fixture.Playground.Address);

    private static JsonObject Request(string model, string prompt) => new() { ["model"] = model, ["messages"] = new JsonArray(PlaygroundFixture.User(prompt)) };
}
