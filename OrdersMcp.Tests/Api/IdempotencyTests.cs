using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.Api.Http.Idempotency;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class IdempotencyTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ApiFactory _api = null!;
    private HttpClient _client = null!;
    private string _database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        (_api, _client) = await StartAsync();
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Replay_returns_the_first_response()
    {
        var first = await OrderAsync(_client, "key");
        var replay = await OrderAsync(_client, "key");

        Assert.Equal(HttpStatusCode.Created, replay.Status);
        Assert.False(first.IsReplayed);
        Assert.True(replay.IsReplayed);
        Assert.Equal(first.Body.GetRawText(), replay.Body.GetRawText());
        Assert.Equal(first.ETag, replay.ETag);
        Assert.Equal(first.Headers.Location, replay.Headers.Location);
        Assert.Equal(first.ContentType, replay.ContentType);
    }

    [Fact]
    public async Task Replay_returns_the_first_response_after_the_order_has_changed()
    {
        var id = await _client.PlaceOrderAsync();
        var first = await _client.WriteAsync($"/orders/{id}/processing", body: null, ("Idempotency-Key", "k1"), ("If-Match", "\"1\""));
        await _client.WriteAsync($"/orders/{id}/cancellation", new { reason = "No." });

        var replay = await _client.WriteAsync($"/orders/{id}/processing", body: null, ("Idempotency-Key", "k1"), ("If-Match", "\"1\""));

        Assert.Equal(HttpStatusCode.OK, replay.Status);
        Assert.Equal(first.Body.GetRawText(), replay.Body.GetRawText());
    }

    [Fact]
    public async Task Replay_is_recognized_when_the_body_is_spelled_differently()
    {
        var first = await OrderAsync(_client, "key");

        var replay = await _client.WriteAsync(
            "/orders",
            new StringContent(
                """{ "lines": [ {"quantity":1, "sku":"MOU-WL"} ],  "note": null, "customerId": 1234 }""",
                System.Text.Encoding.UTF8,
                "application/json"),
            ("Idempotency-Key", "key"));

        Assert.True(replay.IsReplayed);
        Assert.Equal(first.Id, replay.Id);
    }

    [Fact]
    public async Task Key_is_rejected_with_a_different_body()
    {
        await OrderAsync(_client, "key");

        var other = await OrderAsync(_client, "key", quantity: 2);

        other.IsProblem(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
    }

    [Fact]
    public async Task Key_is_rejected_for_a_different_operation()
    {
        var order = await OrderAsync(_client, "key");

        var other = await _client.WriteAsync($"/orders/{order.Id}/processing", body: null, ("Idempotency-Key", "key"));

        other.IsProblem(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
    }

    [Fact]
    public async Task Fifty_parallel_replays_create_one_order()
    {
        var before = await CountAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => OrderAsync(_client, "parallel")));

        Assert.Equal(before + 1, await CountAsync());
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        Assert.Single(answers.Select(answer => answer.Body.GetRawText()).Distinct());
        Assert.Single(answers, answer => !answer.IsReplayed);
    }

    [Fact]
    public async Task Replay_is_known_to_another_replica_and_after_a_restart()
    {
        var first = await OrderAsync(_client, "key");
        var (replica, other) = await StartAsync();
        Assert.Equal(first.Id, (await OrderAsync(other, "key")).Id);
        await replica.DisposeAsync();
        await _api.DisposeAsync();

        (_api, _client) = await StartAsync();

        var replay = await OrderAsync(_client, "key");
        Assert.True(replay.IsReplayed);
        Assert.Equal(first.Body.GetRawText(), replay.Body.GetRawText());
    }

    [Fact]
    public async Task Parallel_replays_on_two_replicas_create_one_order()
    {
        var (replica, other) = await StartAsync();
        var before = await CountAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            number => OrderAsync(number % 2 == 0 ? _client : other, "two")));

        Assert.Equal(before + 1, await CountAsync());
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        await replica.DisposeAsync();
    }

    [Fact]
    public async Task Replay_is_told_to_retry_while_the_first_request_runs()
    {
        await using var db = _api.OpenContext();
        await using var slow = await db.Database.BeginTransactionAsync(Cancellation);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO idempotency_keys (caller, key, fingerprint, created_at)
            VALUES ('anonymous', 'slow', {new byte[32]}, now())
            """,
            Cancellation);

        var answer = await OrderAsync(_client, "slow");

        answer.IsProblem(HttpStatusCode.Conflict, "request-in-progress");
        Assert.Equal("1", answer.Headers.RetryAfter?.ToString());
        await slow.RollbackAsync(Cancellation);
        Assert.Equal(HttpStatusCode.Created, (await OrderAsync(_client, "slow")).Status);
    }

    [Fact]
    public async Task Rejection_is_not_stored_and_the_same_request_can_succeed_later()
    {
        var refused = await OrderAsync(_client, "later", sku: "BAG-15");
        refused.IsProblem(HttpStatusCode.Conflict, "insufficient-stock");
        await using var db = _api.OpenContext();
        await db.Database.ExecuteSqlRawAsync("UPDATE products SET stock = 5 WHERE sku = 'BAG-15'", Cancellation);

        var accepted = await OrderAsync(_client, "later", sku: "BAG-15");

        Assert.Equal(HttpStatusCode.Created, accepted.Status);
        Assert.False(accepted.IsReplayed);
    }

    [Fact]
    public async Task Key_can_be_reused_after_a_day_and_is_removed()
    {
        var first = await OrderAsync(_client, "old");
        await OrderAsync(_client, "old-too");
        await OrderAsync(_client, "young");
        await using var db = _api.OpenContext();
        await db.Database.ExecuteSqlRawAsync(
            "UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE key LIKE 'old%'", Cancellation);

        var anew = await OrderAsync(_client, "old");
        var removed = await _api.Services.GetRequiredService<ExpiredKeyRemoval>().RemoveAsync(Cancellation);

        Assert.False(anew.IsReplayed);
        Assert.NotEqual(first.Id, anew.Id);
        Assert.Equal(1, removed);
        Assert.Equal(
            ["old", "young"],
            await db.IdempotencyRecords.Select(record => record.Key).Order().ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Key_is_free_again_when_the_write_fails()
    {
        await using var db = _api.Services.GetRequiredService<OrdersMcp.Api.Data.Setup.OwnerDatabase>().OpenContext();
        await db.Database.ExecuteSqlRawAsync("ALTER TABLE order_events RENAME TO away", Cancellation);
        var before = await CountAsync();
        (await OrderAsync(_client, "key")).IsProblem(HttpStatusCode.InternalServerError, "internal-error");
        Assert.Equal(before, await CountAsync());
        await db.Database.ExecuteSqlRawAsync("ALTER TABLE away RENAME TO order_events", Cancellation);

        var again = await OrderAsync(_client, "key");

        Assert.Equal(HttpStatusCode.Created, again.Status);
        Assert.False(again.IsReplayed);
    }

    private static Task<Answer> OrderAsync(HttpClient client, string key, int quantity = 1, string sku = "MOU-WL") =>
        client.WriteAsync(
            "/orders", new { customerId = 1234, lines = new[] { new { sku, quantity } } }, ("Idempotency-Key", key));

    private async Task<(ApiFactory Api, HttpClient Client)> StartAsync()
    {
        var api = new ApiFactory(_database);
        await api.IsReadyAsync(Cancellation);
        return (api, api.CreateClient());
    }

    private async Task<int> CountAsync()
    {
        await using var db = _api.OpenContext();
        return await db.Orders.CountAsync(Cancellation);
    }
}
