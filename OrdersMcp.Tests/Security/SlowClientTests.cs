using System.Diagnostics;
using System.Net;

namespace OrdersMcp.Tests.Security;

/// <summary>Connections that cost a server more than their client: slow bytes, and endless bytes.</summary>
[Trait("Category", "Postgres")]
public sealed class SlowClientTests
{
    private const string Head = "POST /mcp HTTP/1.1\r\nHost: localhost\r\n";
    private const string Json = "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n";

    [Fact]
    public async Task Endless_headers_time_out()
    {
        await using var server = await GuardedServer.StartAsync();
        await using var client = await RawClient.ConnectAsync(server.Application.Endpoint);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var started = Stopwatch.GetTimestamp();

        await client.SendAsync($"{Head}X-Slow: ");
        var dribbling = client.DribbleAsync(ended.Token);
        var answer = await client.ReadToEndAsync();
        var waited = Stopwatch.GetElapsedTime(started);
        await ended.CancelAsync();
        await dribbling;

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.InRange(waited.TotalSeconds, 10, 60); // 15 s, checked once a second, on a busy machine
        Assert.Empty(server.Api.Requests);
        using var other = await server.ListAsync();
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Slow_body_is_abandoned()
    {
        await using var server = await GuardedServer.StartAsync();
        await using var client = await RawClient.ConnectAsync(server.Application.Endpoint);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        await client.SendAsync($"{Head}{Json}Content-Length: 100000\r\n\r\n{{");
        var dribbling = client.DribbleAsync(ended.Token);
        var answer = await client.ReadToEndAsync();
        await ended.CancelAsync();
        await dribbling;

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Empty(server.Api.Requests);
    }

    [Fact]
    public async Task Headers_that_are_too_large_or_too_many_are_refused()
    {
        await using var server = await GuardedServer.StartAsync();

        foreach (var headers in new[] { $"X-Large: {new string('x', 33 * 1024)}\r\n", string.Concat(Enumerable.Range(0, 101).Select(i => $"X-{i}: x\r\n")) })
        {
            await using var client = await RawClient.ConnectAsync(server.Application.Endpoint);
            await client.SendAsync($"{Head}{headers}\r\n");
            Assert.StartsWith("HTTP/1.1 431 ", await client.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Body_that_is_too_large_is_refused_before_it_is_read()
    {
        await using var server = await GuardedServer.StartAsync();
        await using var client = await RawClient.ConnectAsync(server.Application.Endpoint);

        await client.SendAsync($"{Head}{Json}Content-Length: 1048577\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413 ", await client.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Empty(server.Api.Requests);
    }
}
