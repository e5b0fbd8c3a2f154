using Npgsql;
using NpgsqlTypes;
using OrdersMcp.Api.Data;

namespace OrdersMcp.Api.Changes;

/// <summary>Reads committed changes.</summary>
internal static class ChangeHistory
{
    /// <summary>
    /// The changes from a transaction number on. Transactions need not commit in the order of their numbers.
    /// </summary>
    public const string Sql =
        """
        SELECT e.order_id, o.customer_id, e.version, e.to_status, e.at
        FROM order_events e JOIN orders o ON o.id = e.order_id
        WHERE e.transaction_id >= $1
        ORDER BY e.transaction_id, e.order_id, e.version LIMIT $2
        """;

    /// <returns>The changes, or null if there are more than <paramref name="most"/>.</returns>
    public static Task<List<OrderChange>?> ReadChangesAsync(
        this NpgsqlDataSource database, ulong fromTransaction, int most, CancellationToken cancellationToken) =>
        database.UseAsync(connection => ReadChangesAsync(connection, fromTransaction, most, cancellationToken), cancellationToken);

    private static async Task<List<OrderChange>?> ReadChangesAsync(
        NpgsqlConnection connection, ulong fromTransaction, int most, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = fromTransaction, NpgsqlDbType = NpgsqlDbType.Xid8 });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most + 1 });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var changes = new List<OrderChange>();
        while (await reader.ReadAsync(cancellationToken))
        {
            changes.Add(new OrderChange(
                reader.GetInt64(0),
                reader.GetInt64(1),
                reader.GetInt32(2),
                Enum.Parse<OrderStatus>(reader.GetString(3), ignoreCase: true),
                reader.GetFieldValue<DateTimeOffset>(4)));
        }

        return changes.Count > most ? null : changes;
    }
}
