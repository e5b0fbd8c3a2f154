using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Security;

[Trait("Category", "Postgres")]
public sealed class LimitTests : IAsyncLifetime
{
    private TestIssuer _issuer = null!;

    public async ValueTask InitializeAsync() => _issuer = await TestIssuer.StartAsync();

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    [Fact]
    public async Task Call_beyond_the_limit_is_told_when_to_retry_and_does_not_affect_others()
    {
        await using var server = await GuardedServer.StartAsync(_issuer.Settings(
            ("Mcp:Limits:Write:Burst", "2"), ("Mcp:Limits:Write:PerSecond", "1")));
        var alice = GuardedServer.Bearer(Token("alice"));

        // The bucket may gain a token during the calls.
        HttpResponseMessage? refused = null;
        for (var i = 0; i < 20 && refused is null; i++)
        {
            var response = await server.CallAsync("create_order", alice);
            refused = response.StatusCode == HttpStatusCode.OK ? null : response;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, refused!.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 5);
        var error = (await Messages.ReadAsync(refused))["error"]!;
        Assert.Contains("call again", error["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.InRange(error["data"]!["retryAfter"]!.GetValue<int>(), 1, 5);
        using var reading = await server.CallAsync("list_orders", alice);
        using var bob = await server.CallAsync("create_order", GuardedServer.Bearer(Token("bob")));
        Assert.Equal(HttpStatusCode.OK, reading.StatusCode);
        Assert.Equal(HttpStatusCode.OK, bob.StatusCode);
    }

    [Fact]
    public async Task Expensive_tools_have_their_own_limit()
    {
        await using var server = await GuardedServer.StartAsync(_issuer.Settings(
            ("Mcp:Limits:ExpensiveTools:0", "list_orders"), ("Mcp:Limits:Expensive:Burst", "1"), ("Mcp:Limits:Expensive:PerSecond", "1")));
        var alice = GuardedServer.Bearer(Token("alice"));

        var statuses = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            using var response = await server.CallAsync("list_orders", alice);
            return response.StatusCode;
        }));

        Assert.Contains(HttpStatusCode.OK, statuses);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    [Fact]
    public async Task Calls_of_one_tool_leave_room_for_others()
    {
        await using var server = await GuardedServer.StartAsync(_issuer.Settings(("Mcp:Limits:ConcurrentPerTool", "1")));
        var (alice, bob) = (GuardedServer.Bearer(Token("alice")), GuardedServer.Bearer(Token("bob")));
        var (arrived, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Api.Answer = async context =>
        {
            if (context.Request.Path != "/plain")
            {
                arrived.TrySetResult();
                await release.Task;
            }

            await context.Response.WriteAsync("{}");
        };

        var slow = server.CallAsync("list_orders", alice);
        await arrived.Task;
        using var excess = await server.CallAsync("list_orders", bob);
        using var other = await server.CallAsync("plain", bob);
        release.SetResult();
        using var answered = await slow;

        Assert.Equal(HttpStatusCode.TooManyRequests, excess.StatusCode);
        Assert.Contains(
            "of all callers", await excess.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    [Fact]
    public async Task Concurrent_calls_are_limited_and_a_place_is_free_after_the_response()
    {
        await using var server = await GuardedServer.StartAsync(_issuer.Settings(("Mcp:Limits:ConcurrentPerCaller", "1")));
        var alice = GuardedServer.Bearer(Token("alice"));
        var (arrived, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Api.Answer = async context =>
        {
            arrived.TrySetResult();
            await release.Task;
            await context.Response.WriteAsync("{}");
        };

        var first = server.CallAsync("list_orders", alice);
        await arrived.Task;
        using var second = await server.CallAsync("list_orders", alice);
        release.SetResult();
        using var answered = await first;
        await answered.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        HttpStatusCode third;
        do
        {
            using var response = await server.CallAsync("list_orders", alice); // the place becomes free after the response
            third = response.StatusCode;
        }
        while (third == HttpStatusCode.TooManyRequests);
        Assert.Equal(HttpStatusCode.OK, third);
    }

    [Fact]
    public async Task Excess_load_is_shed_before_it_is_read()
    {
        await using var server = await GuardedServer.StartAsync(_issuer.Settings(("Mcp:Limits:Concurrent", "1")));
        var (arrived, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Api.Answer = async context =>
        {
            arrived.TrySetResult();
            await release.Task;
            await context.Response.WriteAsync("{}");
        };

        var first = server.CallAsync("list_orders", GuardedServer.Bearer(Token("alice")));
        await arrived.Task;
        using var shed = await server.CallAsync("list_orders", GuardedServer.Bearer(Token("bob")));
        using var health = await server.Application.SendAsync(HttpMethod.Get, "/health");
        release.SetResult();
        using var answered = await first;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, shed.StatusCode);
        Assert.NotNull(shed.Headers.RetryAfter);
        Assert.Contains("Nothing was done", (await Messages.ReadAsync(shed))["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    [Fact]
    public async Task Load_is_shed_while_memory_is_short()
    {
        GC.Collect(); // the reported heap size is that of the last collection
        await using var server = await GuardedServer.StartAsync(_issuer.Settings(("Mcp:Limits:MemoryLoad", "0.000000001")));

        using var shed = await server.CallAsync("list_orders", GuardedServer.Bearer(Token("alice")));
        using var health = await server.Application.SendAsync(HttpMethod.Get, "/health");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, shed.StatusCode);
        Assert.NotNull(shed.Headers.RetryAfter);
        Assert.Empty(server.Api.Requests);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task Shed_request_is_answered_before_its_body_and_its_connection_closed()
    {
        GC.Collect();
        await using var server = await GuardedServer.StartAsync(_issuer.Settings(("Mcp:Limits:MemoryLoad", "0.000000001")));
        await using var client = await RawClient.ConnectAsync(server.Application.Endpoint);

        await client.SendAsync("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n");
        var answer = await client.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Contains("Retry-After: 1", answer, StringComparison.Ordinal);
        Assert.Contains("Nothing was done", answer, StringComparison.Ordinal);
    }

    private string Token(string name) => _issuer.Token(_issuer.Claims(("sub", name), ("scope", (JsonNode)"orders.write")));
}
