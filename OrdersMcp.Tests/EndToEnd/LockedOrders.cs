using Npgsql;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>A lock on the table of orders. While it is held, every read of an order waits.</summary>
internal sealed class LockedOrders : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly NpgsqlDataSource _database;
    private readonly NpgsqlConnection _holder;

    private LockedOrders(NpgsqlDataSource database, NpgsqlConnection holder) => (_database, _holder) = (database, holder);

    public static async Task<LockedOrders> TakeAsync(PostgresLogin postgres)
    {
        var database = Open(postgres);
        var holder = await database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE", holder);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return new LockedOrders(database, holder);
    }

    /// <summary>The database as its owner, with a connection of its own for each use.</summary>
    public static NpgsqlDataSource Open(PostgresLogin postgres) => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder
    {
        Host = postgres.Host,
        Port = postgres.Port,
        Database = postgres.Database,
        Username = postgres.Username,
        Password = postgres.Password,
        Pooling = false,
    });

    /// <summary>Waits until a session waits for the lock.</summary>
    public Task SomebodyWaitsAsync() => UntilAsync(waiting => waiting > 0);

    /// <summary>Waits until no session waits for the lock.</summary>
    public Task NobodyWaitsAsync() => UntilAsync(waiting => waiting == 0);

    public async ValueTask DisposeAsync()
    {
        await _holder.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task UntilAsync(Func<long, bool> condition)
    {
        await using var watch = _database.CreateCommand("SELECT count(*) FROM pg_locks WHERE relation = 'orders'::regclass AND NOT granted");
        await Until.TrueAsync(
            async () => condition((long)(await watch.ExecuteScalarAsync(TestContext.Current.CancellationToken))!),
            Patience, () => "The statement did not come, or did not go.");
    }
}
