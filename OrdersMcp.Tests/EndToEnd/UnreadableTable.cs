using Npgsql;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>A mistake of whoever runs the database: for as long as it lasts, the API may not read a table of its own.</summary>
internal sealed class UnreadableTable : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;
    private readonly string _table;

    private UnreadableTable(NpgsqlDataSource database, string table) => (_database, _table) = (database, table);

    public static async Task<UnreadableTable> MakeAsync(PostgresLogin postgres, string table)
    {
        var database = LockedOrders.Open(postgres);
        await ExecuteAsync(database, $"REVOKE SELECT ON {table} FROM orders_service");
        return new UnreadableTable(database, table);
    }

    public async ValueTask DisposeAsync()
    {
        await ExecuteAsync(_database, $"GRANT SELECT ON {_table} TO orders_service");
        await _database.DisposeAsync();
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(CancellationToken.None); // the second undoes the first, whatever became of the test
    }
}
