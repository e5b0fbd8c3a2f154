using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrdersMcp.Api.ToolCalls;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

/// <summary>The removal of old records of tool calls.</summary>
[Trait("Category", "Postgres")]
public sealed class ToolCallRetentionTests(PostgresFixture postgres)
{
    private const string Count = "SELECT count(*) FROM tool_calls";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_older_than_the_setting_are_removed_in_batches_and_younger_ones_stay()
    {
        await using var api = await StartAsync(("Retention:ToolCallDays", "7"));
        await using var database = NpgsqlDataSource.Create(api.Connection);
        await AddAsync(database, ToolCallRetention.BatchSize + 2, "8 days");
        await AddAsync(database, 3, "6 days");

        var removed = await api.Retention.RemoveAsync(Cancellation);

        Assert.Equal(ToolCallRetention.BatchSize + 2, removed);
        Assert.Equal(3L, await database.ScalarAsync(Count));
        Assert.Equal(0, await api.Retention.RemoveAsync(Cancellation));
    }

    [Fact]
    public async Task Records_are_kept_for_thirty_days_unless_the_settings_say_otherwise()
    {
        await using var api = await StartAsync();
        await using var database = NpgsqlDataSource.Create(api.Connection);
        await AddAsync(database, 1, "29 days 23 hours");
        await AddAsync(database, 1, "30 days 1 hour");

        Assert.Equal(1, await api.Retention.RemoveAsync(Cancellation));
    }

    [Fact]
    public async Task One_replica_at_a_time_removes_records()
    {
        await using var api = await StartAsync();
        await using var database = NpgsqlDataSource.Create(api.Connection);
        await AddAsync(database, 1, "31 days");
        await using var other = await database.OpenConnectionAsync(Cancellation);
        await using (var turn = await other.BeginTransactionAsync(Cancellation))
        {
            await using var take = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", other) { Parameters = { new() { Value = ToolCallRetention.LockKey } } };
            await take.ExecuteNonQueryAsync(Cancellation);

            Assert.Equal(0, await api.Retention.RemoveAsync(Cancellation));
        }

        Assert.Equal(1, await api.Retention.RemoveAsync(Cancellation));
    }

    [Fact]
    public async Task Removal_reads_what_it_removes_and_not_the_whole_table()
    {
        await using var api = await StartAsync();
        await using var database = NpgsqlDataSource.Create(api.Connection);
        await AddAsync(database, 50_000, "31 days");
        await database.ScalarAsync("ANALYZE tool_calls");

        var statement = ToolCallRetention.Remove.Replace("$1", "1").Replace("$2", "now() - interval '30 days'").Replace("$3", $"{ToolCallRetention.BatchSize}");
        var plan = (string)(await database.ScalarAsync($"EXPLAIN (FORMAT JSON) {statement}"))!;

        Assert.Contains("Tid Scan", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("40000")]
    public async Task Wrong_number_of_days_ends_the_start_and_is_named(string days)
    {
        await using var api = new ApiFactory(await postgres.CreateDatabaseAsync(), settings: ("Retention:ToolCallDays", days));

        var failure = Assert.ThrowsAny<Exception>(api.CreateClient);

        Assert.Contains("Retention:ToolCallDays", failure.ToString(), StringComparison.Ordinal);
    }

    private static Task<object?> AddAsync(NpgsqlDataSource database, int count, string age) => database.ScalarAsync(
        $"""
        INSERT INTO tool_calls (id, at, caller, tool, outcome, duration_ms, order_ids)
        SELECT gen_random_uuid(), now() - interval '{age}', 'test', 'get_order', 'ok', 1, ARRAY[]::bigint[] FROM generate_series(1, {count})
        """);

    private async Task<Started> StartAsync(params (string Setting, string Value)[] settings)
    {
        var connection = await postgres.CreateDatabaseAsync();
        var factory = new ApiFactory(connection, settings: settings);
        await factory.IsReadyAsync(Cancellation);
        return new Started(connection, factory);
    }

    private sealed record Started(string Connection, ApiFactory Factory) : IAsyncDisposable
    {
        public ToolCallRetention Retention => Factory.Services.GetRequiredService<ToolCallRetention>();

        public ValueTask DisposeAsync() => Factory.DisposeAsync();
    }
}
