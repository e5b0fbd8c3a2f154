using System.Text.Json.Nodes;
using OrdersMcp.Tests.McpServer.Confirmation;

namespace OrdersMcp.Tests.Limits;

/// <summary>A confirmation counts once over all replicas.</summary>
[Trait("Category", "Postgres")]
public sealed class SharedNonceTests : IAsyncLifetime
{
    private static readonly JsonObject Thing = new() { ["thingId"] = "a" };

    private RedisServer _store = null!;
    private ShopApi _shop = null!;

    public async ValueTask InitializeAsync() => (_store, _shop) = (await RedisServer.StartAsync(), await ShopApi.StartAsync());

    public async ValueTask DisposeAsync()
    {
        await _shop.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Confirmation_that_one_replica_used_is_refused_by_another()
    {
        await using var one = await Replica.StartAsync(_shop.Api, _store.ConnectionString);
        await using var other = await Replica.StartAsync(_shop.Api, _store.ConnectionString);
        var (_, state) = await one.Application.AskAsync("delete_thing", Thing);

        ToolCalls.Done(await one.Application.SendAsync("delete_thing", Thing, state, ToolCalls.Yes));
        var again = ToolCalls.Problem(await other.Application.SendAsync("delete_thing", Thing, state, ToolCalls.Yes));

        Assert.Equal("Confirmation already used", again["title"]!.ToString());
        Assert.Single(_shop.Changes);
    }

    [Fact]
    public async Task Simultaneous_confirmations_at_two_replicas_are_one_call()
    {
        await using var one = await Replica.StartAsync(_shop.Api, _store.ConnectionString);
        await using var other = await Replica.StartAsync(_shop.Api, _store.ConnectionString);
        var (_, state) = await one.Application.AskAsync("delete_thing", Thing);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(call =>
            (call % 2 == 0 ? one : other).Application.SendAsync("delete_thing", Thing, state, ToolCalls.Yes)));

        Assert.Single(_shop.Changes);
    }

    [Fact]
    public async Task Without_the_store_a_replica_still_refuses_what_it_used_itself()
    {
        await using var replica = await Replica.StartAsync(_shop.Api, _store.ConnectionString);
        var (_, used) = await replica.Application.AskAsync("delete_thing", Thing);
        var (_, fresh) = await replica.Application.AskAsync("delete_thing", Thing);
        ToolCalls.Done(await replica.Application.SendAsync("delete_thing", Thing, used, ToolCalls.Yes));

        await _store.KillAsync();
        await replica.Application.WaitForHealthAsync("Degraded");

        Assert.Equal(
            "Confirmation already used",
            ToolCalls.Problem(await replica.Application.SendAsync("delete_thing", Thing, used, ToolCalls.Yes))["title"]!.ToString());
        ToolCalls.Done(await replica.Application.SendAsync("delete_thing", Thing, fresh, ToolCalls.Yes));
        Assert.Equal(2, _shop.Changes.Count());
    }
}
