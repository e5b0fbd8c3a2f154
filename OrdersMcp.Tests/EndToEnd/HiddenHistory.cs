using Npgsql;
using OrdersMcp.AppHost.Embedded;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>A mistake of whoever runs the database: for as long as it lasts, the API may not read the history of orders.</summary>
internal sealed class HiddenHistory : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;

    private HiddenHistory(NpgsqlDataSource database) => _database = database;

    public static async Task<HiddenHistory> MakeAsync(PostgresManifest postgres)
    {
        var database = LockedOrders.Open(postgres);
        await ExecuteAsync(database, "REVOKE SELECT ON order_events FROM orders_service");
        return new HiddenHistory(database);
    }

    public async ValueTask DisposeAsync()
    {
        await ExecuteAsync(_database, "GRANT SELECT ON order_events TO orders_service");
        await _database.DisposeAsync();
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(CancellationToken.None); // the second undoes the first, whatever became of the test
    }
}
