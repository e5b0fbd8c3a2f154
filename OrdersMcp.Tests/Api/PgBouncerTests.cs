using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrdersMcp.Api.Data.Setup;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Api;

/// <summary>The API behind a real PgBouncer in transaction mode. Skipped on machines without one.</summary>
[Trait("Category", "Postgres")]
public sealed class PgBouncerTests(PooledApi pooled) : IClassFixture<PooledApi>, IAsyncLifetime
{
    private static readonly string[] Paths =
    [
        "/orders/1", "/orders/2/history", "/orders?status=pending", "/orders?q=laptop", "/orders?totalFrom=100", "/customers?q=a",
        "/products", "/statistics/orders?groupBy=product", "/completion/order-ids?prefix=1",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await pooled.StartAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Statements_of_many_requests_share_connections()
    {
        var answers = new List<Task<Answer>>();
        for (var i = 0; i < 200; i++)
        {
            answers.Add(pooled.Client.AskAsync(Paths[i % Paths.Length]));
        }

        Assert.All(await Task.WhenAll(answers), answer => Assert.True(answer.Status == HttpStatusCode.OK, answer.Body.GetRawText()));
    }

    [Fact]
    public async Task Service_works_in_its_role()
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(async () =>
        {
            await using var api = pooled.Replica(PooledApi.Role);
            await using var db = api.OpenContext();
            await db.Database.ExecuteSqlRawAsync("DELETE FROM order_events", Cancellation);
        });

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task Key_that_is_sent_many_times_at_once_places_one_order()
    {
        var body = new { customerId = 1234, lines = new[] { new { sku = "CAB-UC", quantity = 1 } }, note = "pooled once" };
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => pooled.Client.WriteAsync("/orders", body, ("Idempotency-Key", "pooled"))));

        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.Conflict, answer.Body.GetRawText()));
        Assert.Single(answers.Where(answer => answer.Status == HttpStatusCode.Created).Select(answer => answer.Id).Distinct());
        await using var database = NpgsqlDataSource.Create(pooled.Direct);
        Assert.Equal(1L, await database.ScalarAsync("SELECT count(*) FROM orders WHERE note = 'pooled once'"));
    }

    [Fact]
    public async Task Export_is_written_and_read()
    {
        var started = await pooled.Client.WriteAsync("/exports", new { format = "json" });

        var ended = await ExportApi.EndAsync(pooled.Client, started.Text("id")!);

        Assert.Equal("succeeded", ended.Text("status"));
        var content = await pooled.Client.GetOkAsync($"/exports/{started.Text("id")}/content");
        Assert.Equal(ended.Body.GetProperty("total").GetInt32(), content.GetArrayLength());
    }

    [Fact]
    public async Task Change_reaches_readers_over_the_direct_connection()
    {
        await using var reader = await ChangeReader.OpenAsync(pooled.Client);

        var id = await pooled.Client.PlaceOrderAsync();

        while ((await reader.NextAsync(1)).Single() != $"{id}.1 pending")
        {
            // the orders of other tests
        }
    }

    [Fact]
    public async Task Restart_of_the_database_is_503_until_it_is_back()
    {
        var body = new { customerId = 1234, lines = new[] { new { sku = "CAB-UC", quantity = 1 } }, note = "pooled restart" };
        var restart = pooled.RestartDatabaseAsync();
        var seen = new List<Answer>();
        await Until.TrueAsync(async () =>
        {
            var isBack = restart.IsCompleted;
            seen.Add(await pooled.Client.AskAsync("/orders/1"));
            seen.Add(await pooled.Client.WriteAsync("/orders", body, ("Idempotency-Key", "restart")));
            return isBack && seen[^2].Status == HttpStatusCode.OK && seen[^1].Status == HttpStatusCode.Created;
        }, TimeSpan.FromSeconds(60), () => $"The database is back, and the answers are still {seen[^2].Status} and {seen[^1].Status}.");
        await restart;

        Assert.All(seen, answer => Assert.True(
            answer.Status is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable,
            $"{answer.Status}: {answer.Body.GetRawText()}"));
        await using var database = NpgsqlDataSource.Create(pooled.Direct);
        Assert.Equal(1L, await database.ScalarAsync("SELECT count(*) FROM orders WHERE note = 'pooled restart'"));
    }

    [Fact]
    public async Task Login_that_is_not_the_role_is_503_because_the_pooler_refuses_the_option()
    {
        await using var api = pooled.Replica("other");
        using var client = api.CreateClient();
        await api.Services.GetRequiredService<DatabaseState>().WhenMigrated.WaitAsync(Cancellation);

        var answer = await client.AskAsync("/customers/1234");

        answer.IsProblem(HttpStatusCode.ServiceUnavailable, "database-unavailable");
    }
}
