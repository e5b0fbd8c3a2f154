using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OrdersMcp.OpenApiTools.Http;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.InProcess;

/// <summary>What the MCP endpoint of an app refuses before it reads a message, and what it counts.</summary>
[Trait("Category", "Unit")]
public sealed class EndpointRulesTests
{
    [Theory]
    [InlineData("127.0.0.1", "http://evil.example", "evil.example", false)] // the name of the page was bound to this machine
    [InlineData("::1", "http://evil.example", "evil.example", false)]
    [InlineData("::ffff:127.0.0.1", "http://evil.example", "evil.example", false)]
    [InlineData("127.0.0.1", "http://localhost:5000", "localhost:5000", true)]
    [InlineData("127.0.0.1", "http://localhost:3000", "127.0.0.1:5000", true)]
    [InlineData("10.0.0.7", "http://shop.example", "shop.example", true)]
    [InlineData("10.0.0.7", "http://evil.example", "shop.example", false)]
    [InlineData("127.0.0.1", "http://listed.example", "evil.example", true)]
    public void Page_may_call_its_own_server_only_by_a_name_of_that_server(string local, string origin, string host, bool isAllowed)
    {
        var context = new DefaultHttpContext();
        context.Connection.LocalIpAddress = IPAddress.Parse(local);
        context.Request.Scheme = "http";
        context.Request.Host = new HostString(host);
        context.Request.Headers.Origin = origin;

        Assert.Equal(isAllowed, OriginRule.Allows(context.Request, ["http://listed.example"]));
    }

    [Fact]
    public Task Call_of_an_older_revision_takes_no_place_of_a_stream() => WhileCallRunsAsync("Mcp:Limits:Concurrent", async app =>
    {
        var body = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = "tools/list" };

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SendAsync(app, body, "2025-06-18", "subscriptions/listen"));
    });

    [Fact]
    public async Task Notifications_count_as_reads()
    {
        await using var app = await AppUnderTest.StartAsync(
            app => app.MapGet("/hello", () => "hello").WithName("hello"),
            (builder, _) => (builder.Configuration["Mcp:Limits:Read:Burst"], builder.Configuration["Mcp:Limits:Read:PerSecond"]) = ("2", "1"));
        var statuses = new List<HttpStatusCode>();

        for (var i = 0; i < 20; i++)
        {
            statuses.Add(await NotifyAsync(app));
        }

        Assert.Equal(HttpStatusCode.Accepted, statuses[0]);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    [Fact]
    public Task Notification_is_accepted_while_all_calls_of_the_caller_are_under_way() => WhileCallRunsAsync(
        "Mcp:Limits:ConcurrentPerCaller", async app => Assert.Equal(HttpStatusCode.Accepted, await NotifyAsync(app)));

    /// <summary>Acts while a call takes the only place that a limit has.</summary>
    private static async Task WhileCallRunsAsync(string limit, Func<AppUnderTest, Task> act)
    {
        var (begun, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var app = await AppUnderTest.StartAsync(
            app => app.MapGet("/slow", async () =>
            {
                begun.TrySetResult();
                await end.Task;
            }).WithName("slow"),
            (builder, _) => builder.Configuration[limit] = "1");

        var slow = app.CallAsync("slow");
        await begun.Task.WaitAsync(TestContext.Current.CancellationToken);
        await act(app);
        end.SetResult();
        await slow;
    }

    private static Task<HttpStatusCode> NotifyAsync(AppUnderTest app)
    {
        const string Cancelled = "notifications/cancelled";
        var body = Messages.Request(Cancelled, new JsonObject { ["requestId"] = 1 });
        body.Remove("id");
        return SendAsync(app, body, Messages.Version, Cancelled);
    }

    private static async Task<HttpStatusCode> SendAsync(AppUnderTest app, JsonObject body, string version, string method)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(app.Address, "/mcp")) { Content = JsonContent.Create(body) };
        request.Headers.Add(Messages.VersionHeader, version);
        request.Headers.Add("Mcp-Method", method);
        request.Headers.Add("Accept", "application/json, text/event-stream");
        using var response = await OutsideClient.Shared.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
