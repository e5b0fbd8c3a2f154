using System.Globalization;

namespace OrdersMcp.Chaos;

/// <summary>The database before the load.</summary>
/// <param name="LastOrder">The id of the last order.</param>
/// <param name="Stock">All units in stock.</param>
internal sealed record Baseline(long LastOrder, long Stock)
{
    private const long Plenty = 1_000_000_000;

    public static async Task<Baseline> TakeAsync(ChaosSystem system, CancellationToken cancellation)
    {
        await system.QueryAsync<int>($"UPDATE products SET stock = {Plenty}", cancellation);
        return new Baseline(
            (await system.QueryAsync<long>("SELECT max(id) FROM orders", cancellation))[0],
            (await system.QueryAsync<long>("SELECT sum(stock)::bigint FROM products", cancellation))[0]);
    }
}

/// <summary>One thing that must hold.</summary>
/// <param name="What">What.</param>
/// <param name="Holds">Whether it does.</param>
/// <param name="Figure">The figure that shows it.</param>
internal sealed record Finding(string What, bool Holds, string Figure);

/// <summary>Compares what the clients know with what the database has.</summary>
internal static class Proof
{
    private static readonly TimeSpan AuditPatience = TimeSpan.FromSeconds(30);

    public static async Task<IReadOnlyList<Finding>> OfAsync(ChaosSystem system, Baseline start, Campaign campaign, CancellationToken cancellation)
    {
        var ledger = campaign.Ledger;
        var created = Of(WriteKind.Create);
        var cancelled = Of(WriteKind.Cancel);
        var notes = ledger.Writes.Where(write => write.Kind == WriteKind.Note).Select(write => write.Key).ToArray();
        var audited = ledger.Writes.Select(write => write.Trace).OfType<string>().ToArray();
        var unexplained = campaign.Unexplained;
        var slowest = campaign.Faults.Count == 0 ? TimeSpan.Zero : campaign.Faults.Max(made => made.Recovery);
        return
        [
            Zero("writes whose end is unknown", ledger.Unresolved.Count),
            Zero("orders that were confirmed and are lost", created.Length - await CountAsync("SELECT count(*) FROM orders WHERE id = ANY ($1)", created)),
            Zero("orders that nobody was told of, or were placed twice", await CountAsync("SELECT count(*) FROM orders WHERE id > $1", start.LastOrder) - created.Distinct().Count()),
            Zero("cancellations that are lost", cancelled.Length - await CountAsync("SELECT count(*) FROM orders WHERE id = ANY ($1) AND status = 'cancelled'", cancelled)),
            Zero("orders cancelled more than once", await CountAsync(
                "SELECT count(*) FROM (SELECT FROM order_events WHERE order_id > $1 AND to_status = 'cancelled' AND from_status <> 'cancelled' GROUP BY order_id HAVING count(*) > 1) AS twice", start.LastOrder)),
            Zero("notes that are lost or doubled", notes.Length - await CountAsync(
                "SELECT count(*) FROM (SELECT FROM order_events WHERE reason = ANY ($1) GROUP BY reason HAVING count(*) = 1) AS once", (object)notes)),
            Zero("units of stock too many or too few", await CountAsync(
                """
                SELECT $1 - (SELECT sum(stock)::bigint FROM products) - coalesce((
                    SELECT sum(l.quantity) FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.id > $2 AND o.status <> 'cancelled'), 0)
                """, start.Stock, start.LastOrder)),
            Zero("orders whose total is not that of their lines", await CountAsync(
                "SELECT count(*) FROM orders o WHERE o.total <> (SELECT sum(l.quantity * l.unit_price) FROM order_lines l WHERE l.order_id = o.id) AND o.id > $1", start.LastOrder)),
            Zero("orders whose history has a gap", await CountAsync(
                "SELECT count(*) FROM orders o WHERE o.id > $1 AND o.version <> (SELECT count(*) FROM order_events e WHERE e.order_id = o.id)", start.LastOrder)),
            Zero("confirmed writes over MCP without exactly one record in the audit", await UntilAuditedAsync(audited)),
            Zero(string.Create(CultureInfo.InvariantCulture, $"calls that failed without a fault, or later than {campaign.Grace.TotalSeconds} s after its end"), unexplained.Count,
                unexplained.Count == 0 ? null : string.Join("; ", unexplained.Take(5).Select(failure => $"{failure.What}: {Short(failure.Why)}"))),
            new(string.Create(CultureInfo.InvariantCulture, $"the first call after a fault succeeds within {campaign.Grace.TotalSeconds} s"), slowest <= campaign.Grace, string.Create(CultureInfo.InvariantCulture, $"{slowest.TotalMilliseconds:0} ms at most")),
        ];

        long[] Of(WriteKind kind) => [.. ledger.Writes.Where(write => write.Kind == kind).Select(write => write.OrderId)];

        async Task<long> CountAsync(string sql, params object[] parameters) => (await system.QueryAsync<long>(sql, cancellation, parameters))[0];

        // The journal is delivered in the background.
        async Task<long> UntilAuditedAsync(string[] traces)
        {
            const string Sql = "SELECT count(*) FROM (SELECT FROM tool_calls WHERE trace_id = ANY ($1) GROUP BY trace_id HAVING count(*) = 1) AS once";
            using var patience = new CancellationTokenSource(AuditPatience);
            while (true)
            {
                var missing = traces.Length - await CountAsync(Sql, (object)traces);
                if (missing == 0 || patience.IsCancellationRequested)
                {
                    return missing;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(500), cancellation);
            }
        }
    }

    private static Finding Zero(string what, long count, string? examples = null) =>
        new(what, count == 0, count.ToString(CultureInfo.InvariantCulture) + (examples is null ? "" : $" ({examples})"));

    private static string Short(string text) => text.ReplaceLineEndings(" ") is { Length: > 200 } longer ? longer[..200] + "…" : text.ReplaceLineEndings(" ");
}
