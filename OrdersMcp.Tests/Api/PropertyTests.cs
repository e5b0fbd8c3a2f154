using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.EntityFrameworkCore;
using OrdersMcp.Api.Http.Paging;
using OrdersMcp.Api.Orders;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class PropertyTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly string[] Skus = ["CAB-UC", "CAM-HD", "HDP-NC", "KEY-ME", "MOU-WL"];

    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(number => (byte)number)];

    [Fact]
    public void Cursor_survives_a_round_trip() => Prop.ForAll(
        ArbMap.Default.ArbFor<uint>(), ArbMap.Default.ArbFor<DateTime>(), ArbMap.Default.ArbFor<long>(),
        (list, time, id) =>
        {
            var position = new OrderPosition(new DateTimeOffset(time.Ticks, TimeSpan.Zero), id);
            return Cursor.TryParse(new Cursor(list, position.ToString()).ToText(Key), Key, out var cursor)
                && cursor.List == list
                && OrderPosition.TryParse(cursor.Position, out var read)
                && read == position;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Cursor_is_refused_when_a_character_is_changed() => Prop.ForAll(
        ArbMap.Default.ArbFor<uint>(), ArbMap.Default.ArbFor<PositiveInt>(), ArbMap.Default.ArbFor<char>(),
        (list, place, letter) =>
        {
            var text = new Cursor(list, "638000000000000000.42").ToText(Key);
            var index = place.Get % text.Length;
            return text[index] == letter || !Cursor.TryParse($"{text[..index]}{letter}{text[(index + 1)..]}", Key, out _);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Cursor_of_another_key_is_rejected() =>
        Assert.False(Cursor.TryParse(new Cursor(1, "LAP-14").ToText([1, 2, 3]), Key, out _));

    [Fact]
    public void Arbitrary_text_is_rejected_as_a_cursor() => Prop.ForAll<string>(
        text => text is null || !Cursor.TryParse(text, Key, out _)).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Stock_and_ordered_units_always_have_the_same_sum()
    {
        // A step places an order (of one or two SKUs), or cancels an earlier order.
        var step =
            from isOrder in Gen.Elements(true, true, false)
            from first in Gen.Elements(Skus)
            from second in Gen.Elements(Skus)
            from quantity in Gen.Choose(1, 60)
            from which in Gen.Choose(0, 1000)
            select (isOrder, first, second, quantity, which);
        var before = await PiecesAsync();

        foreach (var steps in Gen.Sample(step.ListOf(20), 50, 10))
        {
            var placed = new System.Collections.Concurrent.ConcurrentBag<long>();
            await Parallel.ForEachAsync(steps, TestContext.Current.CancellationToken, async (one, _) =>
            {
                if (one.isOrder)
                {
                    var lines = new[] { one.first, one.second }.Distinct().Select(sku => new { sku, one.quantity });
                    var answer = await api.Client.WriteAsync("/orders", new { customerId = 1234, lines });
                    Assert.Contains(answer.Status, new[] { HttpStatusCode.Created, HttpStatusCode.Conflict });
                    if (answer.Status == HttpStatusCode.Created)
                    {
                        placed.Add(answer.Id);
                    }
                }
                else if (placed.ToArray() is { Length: > 0 } orders)
                {
                    var answer = await api.Client.WriteAsync(
                        $"/orders/{orders[one.which % orders.Length]}/cancellation", new { reason = "Test." });
                    Assert.Contains(answer.Status, new[] { HttpStatusCode.OK, HttpStatusCode.Conflict });
                }
            });

            Assert.Equal(before, await PiecesAsync());
        }
    }

    [Fact]
    public async Task Pages_have_every_earlier_order_once_while_others_are_placed()
    {
        var before = await api.WithDatabaseAsync(db => db.Orders.Select(order => order.Id).ToListAsync(TestContext.Current.CancellationToken));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var placing = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    await api.Client.WriteAsync("/orders", new { customerId = 1234, lines = new[] { new { sku = "DOC-UC", quantity = 1 } } });
                }
            },
            TestContext.Current.CancellationToken);

        foreach (var sort in new[] { "newest", "oldest" })
        {
            var seen = new List<long>();
            string? cursor = null;
            do
            {
                var page = await api.Client.GetOkAsync($"/orders?limit=3&sort={sort}{(cursor is null ? "" : $"&cursor={cursor}")}");
                seen.AddRange(page.GetProperty("items").EnumerateArray().Select(order => order.GetProperty("id").GetInt64()));
                cursor = page.GetProperty("nextCursor").GetString();
            }
            while (cursor is not null);

            Assert.Equal(seen.Distinct(), seen);
            Assert.Superset(before.ToHashSet(), seen.ToHashSet());
        }

        await stop.CancelAsync();
        await placing;
    }

    /// <summary>The units in stock and in orders that are not cancelled, by SKU.</summary>
    private Task<string> PiecesAsync() => api.WithDatabaseAsync(db => db.Database.SqlQuery<string>(
        $"""
        SELECT string_agg(p.sku || ' ' || (p.stock + coalesce((
            SELECT sum(l.quantity) FROM order_lines l JOIN orders o ON o.id = l.order_id
            WHERE l.sku = p.sku AND o.status <> 'cancelled'), 0)), ', ' ORDER BY p.sku) AS "Value"
        FROM products p WHERE p.sku = ANY({Skus})
        """).SingleAsync(TestContext.Current.CancellationToken));
}
