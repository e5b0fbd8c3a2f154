using Microsoft.Extensions.Logging;
using Npgsql;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Orders;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

/// <summary>
/// The driver clears its pool when a connection breaks. While it closes the idle connections one by one, another call that
/// breaks does not wait for it, and the pool still hands out connections that are dead.
/// </summary>
[Trait("Category", "Postgres")]
public sealed class ReadDuringClearTests(PostgresFixture postgres)
{
    private const int PoolSize = 8; // the reader keeps a quarter

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restart_of_the_database_is_not_seen_by_a_read_while_another_call_clears_the_pool()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using (var api = new ApiFactory(connectionString))
        {
            await api.IsReadyAsync(Cancellation);
        }

        using var clearing = new PausedClear();
        using var logs = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(clearing));
        await using var database = new NpgsqlDataSourceBuilder($"{connectionString};Maximum Pool Size={PoolSize};No Reset On Close=true")
            .UseLoggerFactory(logs)
            .NoteOpenings()
            .Build();
        await using var orders = new OrderReader(database, TimeProvider.System);
        Assert.Equal(1, (await orders.FindAsync(1, onlyCustomer: null, Cancellation))?.Id); // leaves a kept connection
        await IdleAsync(database, PoolSize - 1);
        await EndAllAsync(connectionString);

        clearing.PauseNext();
        await using var other = database.CreateCommand("SELECT 1");
        var failure = Task.Run(() => Assert.ThrowsAnyAsync<NpgsqlException>(() => other.ExecuteNonQueryAsync(Cancellation)), Cancellation);
        await clearing.IsPaused.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        Assert.Equal(1, (await orders.FindAsync(1, onlyCustomer: null, Cancellation))?.Id);

        clearing.Continue();
        await failure;
    }

    [Fact]
    public async Task Connection_that_a_caller_opened_is_told_from_one_that_was_idle()
    {
        await using var database = new NpgsqlDataSourceBuilder(await postgres.CreateDatabaseAsync()).NoteOpenings().Build();

        var (first, isFirstNew) = await database.OpenNotedAsync(Cancellation);
        await first.DisposeAsync();
        var (second, isSecondNew) = await database.OpenNotedAsync(Cancellation);
        var (third, isThirdNew) = await database.OpenNotedAsync(Cancellation);
        await second.DisposeAsync();
        await third.DisposeAsync();

        Assert.Equal((true, false, true), (isFirstNew, isSecondNew, isThirdNew));
    }

    private static async Task IdleAsync(NpgsqlDataSource database, int count)
    {
        var connections = new List<NpgsqlConnection>();
        while (connections.Count < count)
        {
            connections.Add(await database.OpenConnectionAsync(Cancellation));
        }

        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }
    }

    /// <summary>Ends every session of the database but its own, as a restart does.</summary>
    private static async Task EndAllAsync(string connectionString)
    {
        await using var owner = NpgsqlDataSource.Create($"{connectionString};Pooling=false");
        await using var command = owner.CreateCommand(
            """
            SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity
            WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
            """);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    /// <summary>Pauses the driver where it logs that it closes a connection, once.</summary>
    private sealed class PausedClear : ILoggerProvider, ILogger
    {
        private const string Closing = "ClosingPhysicalConnection";

        private readonly TaskCompletionSource _paused = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _continue = new();
        private int _pauses;

        public Task IsPaused => _paused.Task;

        public void PauseNext() => Volatile.Write(ref _pauses, 1);

        public void Continue() => _continue.Set();

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name == Closing && Interlocked.Exchange(ref _pauses, 0) == 1)
            {
                _paused.SetResult();
                Assert.True(_continue.Wait(TimeSpan.FromSeconds(60), CancellationToken.None));
            }
        }

        public void Dispose()
        {
            _continue.Set();
            _continue.Dispose();
        }
    }
}
