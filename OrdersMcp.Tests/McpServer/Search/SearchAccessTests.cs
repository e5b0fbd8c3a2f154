using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer.Confirmation;
using OrdersMcp.Tests.Security;

namespace OrdersMcp.Tests.McpServer.Search;

/// <summary>A search finds the tools of the caller's list; <c>call_tool</c> has the scopes and limits of a direct call.</summary>
[Trait("Category", "Postgres")]
public sealed class SearchAccessTests : IAsyncLifetime
{
    private TestIssuer _issuer = null!;

    public async ValueTask InitializeAsync() => _issuer = await TestIssuer.StartAsync();

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    [Fact]
    public async Task Caller_finds_only_the_tools_that_it_may_use()
    {
        await using var server = await StartAsync();

        var reader = await FindAsync(server, "create an order", Reader);
        var writer = await FindAsync(server, "create an order", Writer);

        Assert.DoesNotContain("create_order", reader, StringComparison.Ordinal);
        Assert.Contains("create_order", writer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_of_a_tool_that_the_caller_may_not_use_shows_nothing()
    {
        await using var server = await StartAsync();

        Assert.DoesNotContain("\"create_order\"", await FindAsync(server, "create_order", Reader), StringComparison.Ordinal);
        using var unknown = await CallAsync(server, "create_orders", Reader);
        Assert.DoesNotContain("create_order\"", (await Messages.ReadAsync(unknown))["result"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_needs_the_scopes_of_the_inner_tool()
    {
        await using var server = await StartAsync();

        using var refused = await CallAsync(server, "create_order", Reader);
        using var done = await CallAsync(server, "create_order", Writer);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("orders.write", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Single(server.Api.Requests);
        await Until.TrueAsync(() => server.Api.Audit.Count == 2, () => $"{server.Api.Audit.Count} records.");
        Assert.All(server.Api.Audit.Values, record => Assert.Equal("create_order", record["tool"]!.ToString()));
        Assert.Contains(server.Api.Audit.Values, record => record["outcome"]!.ToString() == "forbidden");
    }

    [Fact]
    public async Task Limit_of_the_inner_tool_applies()
    {
        await using var server = await StartAsync(
            ("Mcp:Limits:ExpensiveTools:0", "list_orders"), ("Mcp:Limits:Expensive:Burst", "1"), ("Mcp:Limits:Expensive:PerSecond", "1"));

        var statuses = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            using var response = await CallAsync(server, "list_orders", Writer);
            return response.StatusCode;
        }));

        Assert.Contains(HttpStatusCode.OK, statuses);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    [Fact]
    public async Task Place_of_the_inner_tool_is_taken_and_leaves_room_for_others()
    {
        await using var server = await StartAsync(("Mcp:Limits:ConcurrentPerTool", "1"));
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

        var slow = CallAsync(server, "list_orders", Writer);
        await arrived.Task;
        using var direct = await server.CallAsync("list_orders", Writer);
        using var other = await CallAsync(server, "plain", Writer);
        release.SetResult();
        using var answered = await slow;

        Assert.Equal(HttpStatusCode.TooManyRequests, direct.StatusCode);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    private (string, string) Reader => GuardedServer.Bearer(_issuer.Token(_issuer.Claims(("sub", "reader"), ("scope", (JsonNode)"orders.read"))));

    private (string, string) Writer => GuardedServer.Bearer(_issuer.Token(_issuer.Claims(("sub", "writer"), ("scope", (JsonNode)"orders.write"))));

    private Task<GuardedServer> StartAsync(params (string Key, string Value)[] settings) =>
        GuardedServer.StartAsync(_issuer.Settings([("Mcp:ToolList:Mode", "Search"), .. settings]));

    private static Task<HttpResponseMessage> CallAsync(GuardedServer server, string tool, (string, string) credential) => server.SendAsync(
        "tools/call", new JsonObject { ["name"] = "call_tool", ["arguments"] = new JsonObject { ["name"] = tool } }, credential);

    private static async Task<string> FindAsync(GuardedServer server, string query, (string, string) credential)
    {
        using var response = await server.SendAsync(
            "tools/call", new JsonObject { ["name"] = "search_tools", ["arguments"] = new JsonObject { ["query"] = query } }, credential);
        return ToolCalls.Done(await Messages.ReadAsync(response))["content"]![0]!["text"]!.ToString();
    }
}
