using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>Runs DO blocks. They take no parameters, and read their values with <c>current_setting</c>.</summary>
internal static class Sql
{
    public static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Runs a block on a new connection.</summary>
    public static async Task RunAsync(
        this NpgsqlDataSource database,
        string block,
        CancellationToken cancellationToken,
        params (string Name, string Value)[] values)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.RunAsync(block, cancellationToken, values);
    }

    /// <summary>
    /// Runs a block that reads each named value with <c>current_setting('access.name')</c>. A batch is one transaction, and
    /// the values end with it: nothing stays in the session.
    /// </summary>
    public static async Task RunAsync(
        this NpgsqlConnection connection,
        string block,
        CancellationToken cancellationToken,
        params (string Name, string Value)[] values)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (name, value) in values)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT set_config('access.' || $1, $2, true)")
            {
                Parameters =
                {
                    new NpgsqlParameter<string> { TypedValue = name },
                    new NpgsqlParameter<string> { TypedValue = value },
                },
            });
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand(block));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Creates a role if it is missing. Roles belong to the whole server: another database may create the same one
    /// concurrently.
    /// </summary>
    public static Task CreateRoleAsync(this NpgsqlConnection connection, string role, CancellationToken cancellationToken) =>
        connection.RunAsync(
            """
            DO $$
            DECLARE role text := current_setting('access.role');
            BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
                    EXECUTE format('CREATE ROLE %I NOLOGIN', role);
                END IF;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;
            END $$;
            """,
            cancellationToken,
            ("role", role));
}
