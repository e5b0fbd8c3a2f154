using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Observability;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Requests are isolated from each other, even with equal ids.</summary>
[Trait("Category", "Postgres")]
public sealed class RequestIsolationTests
{
    private const string ClientInfo = "io.modelcontextprotocol/clientInfo";

    [Fact]
    public async Task Request_does_not_know_the_client_of_the_one_before()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        var signals = new RecordedSignals();
        await using var server = McpApplication.StartWith(api.Address, signals.Configure);
        await server.WaitForHealthAsync("Healthy");

        var named = await ClientOfAsync(new JsonObject { [ClientInfo] = new JsonObject { ["name"] = "claude-code", ["version"] = "1" } });
        var unnamed = await ClientOfAsync(meta: null);

        Assert.Equal("claude-code", named);
        Assert.Equal("unknown", unnamed);

        async Task<object?> ClientOfAsync(JsonObject? meta)
        {
            var trace = ActivityTraceId.CreateRandom();
            await Messages.CallAsync(server.Endpoint, "get_thing", new JsonObject { ["thingId"] = "a" },
                [("traceparent", $"00-{trace}-00f067aa0ba902b7-01")], meta);
            return signals.SpansOf(trace, spans => spans.Count == 3)
                .Single(span => span.DisplayName == "tools/call get_thing").GetTagItem("ordersmcp.client.name");
        }
    }

    [Fact]
    public async Task Aborted_request_does_not_affect_others()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        var (arrived, aborted) = (new TaskCompletionSource(), new TaskCompletionSource());
        api.Answer = async context =>
        {
            if (context.Request.Path.Value!.EndsWith("/slow", StringComparison.Ordinal))
            {
                arrived.SetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                aborted.SetResult();
                return;
            }

            await context.Response.WriteAsync("""{"id":"a"}""");
        };
        await using var server = McpApplication.Start(api.Address);
        await server.WaitForHealthAsync("Healthy");
        Assert.NotNull((await CallAsync("a"))["result"]);

        // Its own connection, which is cut off.
        using var client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null });
        using var slow = new HttpRequestMessage(HttpMethod.Post, server.Endpoint)
        {
            Content = JsonContent.Create(Messages.Request(
                "tools/call", new JsonObject { ["name"] = "get_thing", ["arguments"] = new JsonObject { ["thingId"] = "slow" } })),
        };
        slow.Headers.Add(Messages.VersionHeader, Messages.Version);
        slow.Headers.Add("Mcp-Method", "tools/call");
        slow.Headers.Add("Mcp-Name", "get_thing");
        var sending = client.SendAsync(slow, TestContext.Current.CancellationToken);
        await await Task.WhenAny(arrived.Task, sending).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        var others = Enumerable.Range(0, 20).Select(_ => CallAsync("a")).ToArray();
        client.CancelPendingRequests();

        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.All(await Task.WhenAll(others), answer => Assert.NotNull(answer["result"]));
        Assert.NotNull((await CallAsync("a"))["result"]);

        Task<JsonObject> CallAsync(string id) => server.CallAsync("get_thing", new JsonObject { ["thingId"] = id });
    }
}
