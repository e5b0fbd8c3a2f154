using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrdersMcp.Api.Exports;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

/// <summary>Queued exports and the workers that lease them.</summary>
[Trait("Category", "Postgres")]
public sealed class ExportQueueTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_replica_restarts_the_export_of_a_lost_worker()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var first = await ExportApi.StartAsync(connectionString, ExportApi.NoWorkers);
        var id = (await first.CreateClient().WriteAsync("/exports", new { })).Text("id")!;

        // A worker takes the export, writes a piece and disappears.
        var queue = first.Services.GetRequiredService<ExportQueue>();
        var lost = (await queue.TakeAsync(Cancellation))!;
        Assert.True(await queue.SaveAsync(lost, 5, 16, ExportApi.Piece(lost), Cancellation));
        Assert.Null(await queue.TakeAsync(Cancellation)); // leased
        await ExportApi.RunAsync(connectionString, "UPDATE exports SET leased_until = now() - interval '1 second'");

        await using var second = await ExportApi.StartAsync(connectionString);
        using var client = second.CreateClient();
        Assert.Equal("succeeded", (await ExportApi.EndAsync(client, id)).Text("status"));
        var csv = await client.GetStringAsync(new Uri($"/exports/{id}/content", UriKind.Relative), Cancellation);
        Assert.Equal(18, csv.Split("\r\n").Length);
        Assert.DoesNotContain("piece", csv, StringComparison.Ordinal);

        // If the lost worker comes back, it changes nothing.
        Assert.False(await queue.SaveAsync(lost, 6, 16, ExportApi.Piece(lost, 2), Cancellation));
        await queue.FailAsync(lost, "lost", Cancellation);
        Assert.Equal("succeeded", (await client.GetOkAsync($"/exports/{id}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Export_fails_when_it_is_lost_too_often()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var api = await ExportApi.StartAsync(connectionString, ExportApi.NoWorkers);
        using var client = api.CreateClient();
        var queue = api.Services.GetRequiredService<ExportQueue>();
        var id = (await client.WriteAsync("/exports", new { })).Text("id")!;
        for (var attempt = 0; attempt < ExportLimits.MaxAttempts; attempt++)
        {
            Assert.NotNull(await queue.TakeAsync(Cancellation));
            await ExportApi.RunAsync(connectionString, "UPDATE exports SET leased_until = now() - interval '1 second'");
        }

        Assert.Null(await queue.TakeAsync(Cancellation));

        var job = await client.GetOkAsync($"/exports/{id}");
        Assert.Equal("failed", job.GetProperty("status").GetString());
        Assert.Contains("several times", job.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Returned_export_is_taken_at_once()
    {
        await using var api = await ExportApi.StartAsync(await postgres.CreateDatabaseAsync(), ExportApi.NoWorkers);
        var queue = api.Services.GetRequiredService<ExportQueue>();
        await api.CreateClient().WriteAsync("/exports", new { });
        var work = (await queue.TakeAsync(Cancellation))!;

        await queue.GiveBackAsync(work, Cancellation);

        Assert.Equal(work.Id, (await queue.TakeAsync(Cancellation))!.Id);
    }

    [Fact]
    public async Task Query_for_work_uses_an_index()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var api = await ExportApi.StartAsync(connectionString, ExportApi.NoWorkers);
        await ExportApi.RunAsync(connectionString,
            """
            INSERT INTO exports (id, caller, status, format, filters, progress, created_at, expires_at, version, size, attempts)
            SELECT gen_random_uuid(), 'x', 'succeeded', 'csv', '{}', 0, now(), now(), 1, 0, 1 FROM generate_series(1, 20000);
            ANALYZE exports
            """);
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var explain = database.CreateCommand($"EXPLAIN {ExportQueue.TakeSql}");
        explain.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.NewGuid() });
        explain.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = TimeSpan.FromSeconds(30) });
        explain.Parameters.Add(new NpgsqlParameter<int> { TypedValue = 3 });

        var plan = new List<string>();
        await using var reader = await explain.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation))
        {
            plan.Add(reader.GetString(0));
        }

        Assert.Contains(plan, line => line.Contains("ix_exports_created_at", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, line => line.Contains("Seq Scan on exports", StringComparison.Ordinal));
    }
}
