using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class StockTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Order_with_short_lines_is_rejected_whole_and_each_line_is_named()
    {
        var before = await StockAsync("DOC-UC");

        var answer = await api.Client.WriteAsync("/orders", new
        {
            customerId = 1234,
            lines = new[]
            {
                new { sku = "DOC-UC", quantity = 1 }, new { sku = "BAG-15", quantity = 3 }, new { sku = "MON-27", quantity = 1000 },
            },
        });

        answer.IsProblem(HttpStatusCode.Conflict, "insufficient-stock");
        Assert.Equal(
            [("BAG-15", 3, 0L), ("MON-27", 1000, await StockAsync("MON-27"))],
            answer.Body.GetProperty("shortages").EnumerateArray().Select(shortage => (
                shortage.GetProperty("sku").GetString()!,
                shortage.GetProperty("requested").GetInt32(),
                shortage.GetProperty("available").GetInt64())));
        Assert.Equal(before, await StockAsync("DOC-UC"));
    }

    [Fact]
    public async Task Cancelling_returns_the_units()
    {
        var before = await StockAsync("SSD-2T");
        var id = await api.Client.PlaceOrderAsync("SSD-2T", 7);
        Assert.Equal(before - 7, await StockAsync("SSD-2T"));

        await api.Client.WriteAsync($"/orders/{id}/cancellation", new { reason = "Changed their mind." });

        Assert.Equal(before, await StockAsync("SSD-2T"));
    }

    [Fact]
    public async Task Parallel_orders_never_sell_more_than_the_stock()
    {
        var stock = await StockAsync("LAP-14");

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => api.Client.WriteAsync(
            "/orders", new { customerId = 1234, lines = new[] { new { sku = "LAP-14", quantity = 1 } } })));

        Assert.Equal(stock, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.All(
            answers.Where(answer => answer.Status != HttpStatusCode.Created),
            answer => answer.IsProblem(HttpStatusCode.Conflict, "insufficient-stock"));
        Assert.Equal(0, await StockAsync("LAP-14"));
    }

    [Fact]
    public async Task Parallel_orders_and_cancellations_of_the_same_products_do_not_deadlock()
    {
        string[] skus = ["KEY-ME", "MOU-WL", "CAB-UC", "HDP-NC", "CAM-HD"];
        var before = await StockAsync(skus);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(async number =>
        {
            // Every order has the same products, with its lines in a different order.
            var lines = skus.Skip(number % 5).Concat(skus.Take(number % 5));
            var placed = await api.Client.WriteAsync(
                "/orders", new { customerId = 1234, lines = lines.Select(sku => new { sku, quantity = 1 }) });
            var cancelled = await api.Client.WriteAsync($"/orders/{placed.Id}/cancellation", new { reason = "Test." });
            return (placed.Status, cancelled.Status);
        }));

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), answer));
        Assert.Equal(before, await StockAsync(skus));
    }

    [Fact]
    public async Task Parallel_cancellations_return_the_units_once()
    {
        var before = await StockAsync("CAM-HD");
        var id = await api.Client.PlaceOrderAsync("CAM-HD", 5);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => api.Client.WriteAsync(
            $"/orders/{id}/cancellation", new { reason = "Twice is once." })));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(before, await StockAsync("CAM-HD"));
    }

    [Fact]
    public async Task Order_is_told_to_retry_while_another_holds_the_product()
    {
        await api.WithDatabaseAsync(async db =>
        {
            await using var slow = await db.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await db.Database.ExecuteSqlRawAsync(
                "SELECT FROM products WHERE sku = 'DOC-UC' FOR UPDATE", TestContext.Current.CancellationToken);

            var answer = await api.Client.WriteAsync(
                "/orders", new { customerId = 1234, lines = new[] { new { sku = "DOC-UC", quantity = 1 } } });

            answer.IsProblem(HttpStatusCode.ServiceUnavailable, "database-busy");
            Assert.NotNull(answer.Headers.RetryAfter);
            return 0;
        });
    }

    /// <summary>Writes that wait for a row leave connections to those who only read.</summary>
    [Fact]
    public async Task Order_that_many_want_to_change_does_not_keep_others_from_reading()
    {
        await using var small = new ApiFactory($"{api.ConnectionString};Maximum Pool Size=4;Timeout=1");
        await small.IsReadyAsync(TestContext.Current.CancellationToken);
        using var client = small.CreateClient();
        var id = await client.PlaceOrderAsync();
        var answers = await api.WithDatabaseAsync(async db =>
        {
            await using var slow = await db.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await db.Database.ExecuteSqlAsync($"SELECT FROM orders WHERE id = {id} FOR UPDATE", TestContext.Current.CancellationToken);

            var writes = Enumerable.Range(0, 12).Select(_ => client.WriteAsync($"/orders/{id}/notes", new { note = "Test." })).ToArray();
            for (var i = 0; i < 50; i++)
            {
                Assert.Equal(HttpStatusCode.OK, (await client.AskAsync($"/orders?limit={1 + i}")).Status);
                Assert.Equal(HttpStatusCode.OK, (await client.AskAsync("/orders/1")).Status);
            }

            return await Task.WhenAll(writes);
        });

        Assert.All(answers, answer => answer.IsProblem(HttpStatusCode.ServiceUnavailable, "database-busy"));
    }

    [Fact]
    public async Task Order_can_be_cancelled_whatever_the_stock_has_become()
    {
        var id = await api.Client.PlaceOrderAsync("SSD-2T", 10);
        await api.WithDatabaseAsync(db => db.Products.Where(product => product.Sku == "SSD-2T").ExecuteUpdateAsync(
            set => set.SetProperty(product => product.Stock, int.MaxValue), TestContext.Current.CancellationToken));

        var answer = await api.Client.WriteAsync($"/orders/{id}/cancellation", new { reason = "Test." });

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(int.MaxValue + 10L, await StockAsync("SSD-2T"));
        Assert.Equal(int.MaxValue + 10L, (await api.Client.GetOkAsync("/products/SSD-2T")).GetProperty("stock").GetInt64());
    }

    private Task<long> StockAsync(string sku) => api.WithDatabaseAsync(db => db.Products
        .Where(product => product.Sku == sku).Select(product => product.Stock)
        .SingleAsync(TestContext.Current.CancellationToken));

    private async Task<string> StockAsync(string[] skus) => JsonSerializer.Serialize(await api.WithDatabaseAsync(db =>
        db.Products.Where(product => skus.Contains(product.Sku)).OrderBy(product => product.Sku)
            .Select(product => product.Stock).ToListAsync(TestContext.Current.CancellationToken)));
}
