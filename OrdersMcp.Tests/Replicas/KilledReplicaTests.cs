using System.Net;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Replicas;

/// <summary>Replicas that are killed under load: only what ran on them fails, and nothing is lost or doubled.</summary>
[Collection(SharedReplicas.Name)]
[Trait("Category", "Stack")]
public sealed class KilledReplicaTests(ReplicaSystem system)
{
    private const int Writes = 40;
    private const long Plenty = 1_000_000;

    private const string StockMovements =
        "SELECT coalesce(sum(l.quantity), 0)::bigint FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.id > $1";

    private const string OnceAudited =
        "SELECT count(*) FROM (SELECT FROM tool_calls WHERE trace_id = ANY ($1) GROUP BY trace_id HAVING count(*) = 1) AS once";

    private static readonly TimeSpan AuditPatience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Only_calls_on_a_killed_replica_fail_and_every_write_is_done_and_recorded_once()
    {
        await system.QueryAsync<long>($"WITH filled AS (UPDATE products SET stock = {Plenty} RETURNING 1) SELECT count(*) FROM filled");
        var last = await system.QueryAsync<long>("SELECT max(id) FROM orders");
        var stock = await StockAsync();
        var load = new ReplicaLoad(system.Endpoint);
        using var end = new CancellationTokenSource();
        var running = load.RunAsync(end.Token);

        await load.MoreWritesAsync(Writes);
        var killed = await system.KillMcpAsync();
        await load.MoreWritesAsync(Writes);
        await system.KillApiAsync();
        await load.MoreWritesAsync(Writes);
        await end.CancelAsync();
        await running;
        await system.ReplaceAsync(killed); // continues the journal of the killed one

        Assert.Empty(load.Refusals);
        Assert.All(load.FailedReads, failed => Assert.True(failed.Status == HttpStatusCode.BadGateway, failed.ToString()));
        Assert.All(system.Balancer.Died, died => Assert.Equal(killed, died));
        Assert.InRange(load.FailedReads.Count, 0, Math.Min(system.Balancer.Died.Count, ReplicaLoad.Clients));
        long[] orders = [.. load.Orders];
        string[] notes = [.. load.Notes];
        string[] traces = [.. load.Traces];
        Assert.Equal(orders.Length, orders.Distinct().Count());
        Assert.Equal(orders.Length, await system.QueryAsync<long>("SELECT count(*) FROM orders WHERE id > $1", last));
        Assert.Equal(orders.Length, await system.QueryAsync<long>("SELECT count(*) FROM orders WHERE id = ANY ($1)", (object)orders));
        Assert.Equal(notes.Length, await system.QueryAsync<long>(
            "SELECT count(*) FROM (SELECT FROM order_events WHERE reason = ANY ($1) GROUP BY reason HAVING count(*) = 1) AS once", (object)notes));
        Assert.Equal(stock - await StockAsync(), await system.QueryAsync<long>(StockMovements, last));
        var audited = 0L;
        await Until.TrueAsync(
            async () => (audited = await system.QueryAsync<long>(OnceAudited, (object)traces)) == traces.Length,
            AuditPatience, () => $"{audited} of {traces.Length} confirmed writes have one record.");
    }

    private Task<long> StockAsync() => system.QueryAsync<long>("SELECT sum(stock)::bigint FROM products");
}
