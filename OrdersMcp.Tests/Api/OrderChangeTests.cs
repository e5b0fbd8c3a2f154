using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrdersMcp.Api.Changes;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class OrderChangeTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Change_reaches_the_readers_of_every_replica_when_it_is_committed()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var one = await StartAsync(connectionString);
        await using var other = await StartAsync(connectionString);
        using var client = one.CreateClient();
        await using var here = await ChangeReader.OpenAsync(client);
        await using var there = await ChangeReader.OpenAsync(other.CreateClient());

        var id = await client.PlaceOrderAsync(note: "Secret words of a customer");
        (await client.WriteAsync($"/orders/{id}/shipment", new { carrier = "UPS", trackingNumber = "1" }))
            .IsProblem(HttpStatusCode.Conflict, "illegal-transition"); // rejected, so there is no change to announce
        await client.WriteAsync($"/orders/{id}/processing", body: null);

        string[] expected = [$"{id}.1 pending", $"{id}.2 processing"];
        Assert.Equal(expected, await here.NextAsync(2));
        var first = await there.NextAsync();
        Assert.Equal(expected[0], ChangeReader.Text(first!.Value));
        Assert.Equal(expected[1], Assert.Single(await there.NextAsync(1)));
        using var data = JsonDocument.Parse(first.Value.Data);
        Assert.Equal(
            ["at", "customerId", "orderId", "status", "version"],
            data.RootElement.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(1234, data.RootElement.GetProperty("customerId").GetInt64());
        Assert.True(data.RootElement.GetProperty("at").GetDateTimeOffset() > DateTimeOffset.UtcNow.AddMinutes(-5));
        Assert.Equal("text/event-stream", here.Response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("no", here.Response.Headers.GetValues("X-Accel-Buffering").Single());
    }

    [Fact]
    public async Task Reader_resumes_at_another_replica_with_the_last_id()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var one = await StartAsync(connectionString);
        using var client = one.CreateClient();
        string lastId;
        await using (var reader = await ChangeReader.OpenAsync(client))
        {
            await client.PlaceOrderAsync();
            await reader.NextAsync(1);
            lastId = reader.LastEventId;
        }

        var missed = await client.PlaceOrderAsync();
        await using var other = await StartAsync(connectionString);
        await using var resumed = await ChangeReader.OpenAsync(other.CreateClient(), lastId);
        var later = await client.PlaceOrderAsync();

        // Older changes may come again, but none is missing.
        var changes = new List<string>();
        while (!changes.Contains($"{later}.1 pending"))
        {
            changes.AddRange(await resumed.NextAsync(1));
        }

        Assert.Contains($"{missed}.1 pending", changes);
    }

    [Fact]
    public async Task Reader_that_missed_too_much_is_told_to_reload()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var api = await StartAsync(connectionString);
        await RunAsync(connectionString,
            """
            ALTER TABLE order_events DISABLE TRIGGER order_events_notify;
            INSERT INTO order_events (order_id, version, at, actor, from_status, to_status)
            SELECT 1, version, now(), 'test', 'shipped', 'shipped' FROM generate_series(100, 1200) version;
            ALTER TABLE order_events ENABLE TRIGGER order_events_notify;
            """);

        await using var reader = await ChangeReader.OpenAsync(api.CreateClient(), "1");

        Assert.Equal("changes-missed", (await reader.NextAsync())!.Value.EventType);
    }

    [Fact]
    public async Task Changes_made_while_the_listener_is_disconnected_arrive_after_it_reconnects()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var api = await StartAsync(connectionString);
        using var client = api.CreateClient();
        await using var reader = await ChangeReader.OpenAsync(client);

        // Cuts the connection repeatedly while orders are placed, so that some commit while nobody listens.
        var placed = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            await RunAsync(connectionString,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
                + " OR datname = current_database() AND query LIKE 'SELECT pg_snapshot_xmin%'");
            placed.Add($"{await client.PlaceOrderAsync()}.1 pending");
        }

        var arrived = new HashSet<string>();
        while (!arrived.IsSupersetOf(placed))
        {
            arrived.UnionWith(await reader.NextAsync(1));
        }
    }

    [Fact]
    public async Task Streams_end_when_the_service_stops()
    {
        await using var api = await StartAsync(await postgres.CreateDatabaseAsync());
        await using var reader = await ChangeReader.OpenAsync(api.CreateClient());

        api.Services.GetRequiredService<Microsoft.Extensions.Hosting.IHostApplicationLifetime>().StopApplication();

        Assert.Null(await reader.NextAsync());
    }

    [Fact]
    public async Task Wrong_id_is_refused()
    {
        await using var api = await StartAsync(await postgres.CreateDatabaseAsync());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/order-changes");
        request.Headers.Add("Last-Event-ID", "abc");

        (await api.CreateClient().AskAsync(request)).IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
    }

    [Fact]
    public async Task Slow_reader_is_cut_off_and_the_others_are_not()
    {
        await using var api = await StartAsync(await postgres.CreateDatabaseAsync());
        var streams = api.Services.GetRequiredService<ChangeStreams>();
        using var slow = streams.Open()!;
        using var quick = streams.Open()!;

        for (var i = 0; i <= ChangeStream.BufferSize; i++)
        {
            streams.Publish(new OrderChange(i, 1, 1, default, default));
            Assert.True(quick.Changes.TryRead(out _));
        }

        Assert.True(slow.TooSlow.IsCancellationRequested);
        Assert.False(quick.TooSlow.IsCancellationRequested);
    }

    [Fact]
    public async Task Stream_beyond_the_limit_is_rejected()
    {
        await using var api = await StartAsync(await postgres.CreateDatabaseAsync());
        var streams = api.Services.GetRequiredService<ChangeStreams>();
        var open = Enumerable.Range(0, ChangeStreams.MaxStreams).Select(_ => streams.Open()!).ToList();

        (await api.CreateClient().AskAsync("/order-changes")).IsProblem(HttpStatusCode.ServiceUnavailable, "too-many-streams");

        open[0].Dispose();
        await using var reader = await ChangeReader.OpenAsync(api.CreateClient());
        open.ForEach(stream => stream.Dispose());
    }

    [Fact]
    public async Task Query_for_missed_changes_uses_an_index()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var api = await StartAsync(connectionString);
        await using var database = NpgsqlDataSource.Create(connectionString);
        await new OrdersMcp.Api.Seeding.BulkSeed(database, _ => { }).RunAsync(5000, ApiFactory.DemoUntil, Cancellation);
        await using var explain = database.CreateCommand($"EXPLAIN {ChangeHistory.Sql}");
        explain.Parameters.Add(new NpgsqlParameter { Value = ulong.MaxValue >> 2, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Xid8 });
        explain.Parameters.Add(new NpgsqlParameter<int> { TypedValue = 1001 });

        var plan = "";
        await using var reader = await explain.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation))
        {
            plan += reader.GetString(0) + "\n";
        }

        Assert.Contains("ix_order_events_transaction_id", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    /// <summary>Starts an API that listens for changes.</summary>
    private static async Task<ApiFactory> StartAsync(string connectionString)
    {
        var api = new ApiFactory(connectionString);
        await api.IsReadyAsync(Cancellation);
        var streams = api.Services.GetRequiredService<ChangeStreams>();
        await Until.TrueAsync(() => streams.Horizon is not null, () => "The API does not listen.");
        return api;
    }

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
