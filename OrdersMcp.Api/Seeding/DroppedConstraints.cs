using Npgsql;

namespace OrdersMcp.Api.Seeding;

/// <summary>
/// The secondary indexes and foreign keys of the filled tables, as the database describes them. Creating them at the end is
/// many times faster than updating them for every row.
/// </summary>
internal sealed record DroppedConstraints(IReadOnlyList<(string Name, string Sql)> ToRestore)
{
    private const string Tables = "('orders', 'order_lines', 'order_events')";

    /// <summary>Drops them in the transaction of the connection.</summary>
    public static async Task<DroppedConstraints> RemoveAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rules = await ReadAsync(
            connection,
            $"""
            SELECT 'index ' || i.indexname, i.indexdef, format('DROP INDEX %I', i.indexname)
            FROM pg_indexes i
            WHERE i.schemaname = current_schema() AND i.tablename IN {Tables}
              AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)
            UNION ALL
            SELECT 'foreign key ' || conname,
                   format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)),
                   format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
            FROM pg_constraint
            WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
              AND conrelid::regclass::text IN {Tables}
            """,
            cancellationToken);
        foreach (var (_, _, remove) in rules)
        {
            await using var command = new NpgsqlCommand(remove, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        return new DroppedConstraints([.. rules.Select(rule => (rule.Name, rule.Add))]);
    }

    private static async Task<List<(string Name, string Add, string Remove)>> ReadAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rules = new List<(string Name, string Add, string Remove)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rules.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        }

        return rules;
    }
}
