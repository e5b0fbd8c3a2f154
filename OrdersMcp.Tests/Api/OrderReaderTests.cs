using Npgsql;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Orders;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

/// <summary>The connections that reads of an order keep.</summary>
[Trait("Category", "Postgres")]
public sealed class OrderReaderTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly SteppedTime _clock = new();
    private NpgsqlDataSource _owner = null!;
    private NpgsqlDataSource _database = null!;
    private OrderReader _orders = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using (var api = new ApiFactory(connectionString))
        {
            await api.IsReadyAsync(Cancellation);
        }

        _owner = NpgsqlDataSource.Create(connectionString);
        _database = new NpgsqlDataSourceBuilder($"{connectionString};Maximum Pool Size=8;No Reset On Close=true") // a quarter is kept
            .NoteOpenings()
            .Build();
        _orders = new OrderReader(_database, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _orders.DisposeAsync();
        await _database.DisposeAsync();
        await _owner.DisposeAsync();
    }

    /// <summary>A firewall may have dropped it, and nobody was told.</summary>
    [Fact]
    public async Task Connection_that_was_idle_for_long_is_not_used_again()
    {
        var first = Assert.Single(await ReadAsync(together: 1));
        Assert.Equal([first], await ReadAsync(together: 1));

        _clock.Step += TimeSpan.FromSeconds(61);

        Assert.NotEqual([first], await ReadAsync(together: 1));
    }

    /// <summary>Else the next burst would find one that is idle for too long, and end all connections of the pool.</summary>
    [Fact]
    public async Task Connection_that_is_not_needed_goes_back_to_the_pool()
    {
        var both = await ReadAsync(together: 2);
        _clock.Step += TimeSpan.FromSeconds(40);
        var used = Assert.Single(await ReadAsync(together: 1));

        _clock.Fire();

        Assert.Equal(Assert.Single(both, process => process != used), await NextOfPoolAsync());
        _clock.Step += TimeSpan.FromSeconds(25);
        Assert.Equal(both, await ReadAsync(together: 2));
    }

    [Fact]
    public async Task Connection_that_was_just_used_is_kept()
    {
        var first = Assert.Single(await ReadAsync(together: 1));

        _clock.Step += TimeSpan.FromSeconds(29);
        _clock.Fire();

        Assert.NotEqual(first, await NextOfPoolAsync());
        Assert.Equal([first], await ReadAsync(together: 1));
    }

    /// <summary>As a restart of the server breaks all of them, also those that the pool has by then.</summary>
    [Fact]
    public async Task Connection_that_broke_after_it_was_given_back_is_not_seen_by_the_next_read()
    {
        var both = await ReadAsync(together: 2);
        _clock.Step += TimeSpan.FromSeconds(40);
        _clock.Fire();
        await using var command = _owner.CreateCommand("SELECT pg_terminate_backend(pid, 30000) FROM unnest($1) AS pid");
        command.Parameters.Add(new NpgsqlParameter { Value = both });
        await command.ExecuteNonQueryAsync(Cancellation);

        Assert.Equal(1, (await _orders.FindAsync(1, onlyCustomer: null, Cancellation))?.Id);
    }

    /// <summary>The process behind the connection that whoever asks the pool gets.</summary>
    private async Task<int> NextOfPoolAsync()
    {
        await using var connection = await _database.OpenConnectionAsync(Cancellation);
        return connection.ProcessID;
    }

    /// <summary>Reads an order on so many connections at once, and tells by which processes of PostgreSQL.</summary>
    private async Task<int[]> ReadAsync(int together)
    {
        await using var locking = await _owner.OpenConnectionAsync(Cancellation);
        await using var transaction = await locking.BeginTransactionAsync(Cancellation);
        await using (var command = new NpgsqlCommand("LOCK TABLE orders", locking, transaction))
        {
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        var reads = Enumerable.Range(0, together).Select(_ => _orders.FindAsync(1, onlyCustomer: null, Cancellation)).ToArray();
        int[] processes = [];
        await Until.TrueAsync(async () => (processes = await WaitingAsync()).Length == together, TimeSpan.FromSeconds(30), () => "The reads do not wait.");
        await transaction.RollbackAsync(Cancellation);
        Assert.All(await Task.WhenAll(reads), order => Assert.Equal(1, order?.Id));
        return processes;
    }

    private async Task<int[]> WaitingAsync()
    {
        await using var command = _owner.CreateCommand(
            """
            SELECT coalesce(array_agg(pid ORDER BY pid), '{}') FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock' AND starts_with(query, 'SELECT o.id, o.customer_id, c.name')
            """);
        return (int[])(await command.ExecuteScalarAsync(Cancellation))!;
    }

    /// <summary>A clock that a test can set forward, with one timer, which fires when the test says so.</summary>
    private sealed class SteppedTime : TimeProvider, ITimer
    {
        private Action _callback = () => { };

        public TimeSpan Step { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Fire() => _callback();

        public override long GetTimestamp() => Step.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = () => callback(state);
            return this;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            // There is nothing to end.
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
