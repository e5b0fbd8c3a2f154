using Npgsql;

namespace OrdersMcp.Api.DatabaseAccess;

/// <summary>Blocks of statements that take no parameters: they read their values with <c>current_setting</c>.</summary>
internal static class Sql
{
    public static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Runs a block in which <c>current_setting('access.name')</c> is the value that is named so.</summary>
    public static async Task RunAsync(
        this NpgsqlDataSource database,
        string block,
        CancellationToken cancellationToken,
        params (string Name, string Value)[] values)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        foreach (var (name, value) in values)
        {
            await using var set = new NpgsqlCommand("SELECT set_config('access.' || $1, $2, false)", connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<string> { TypedValue = name },
                    new NpgsqlParameter<string> { TypedValue = value },
                },
            };
            await set.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var command = new NpgsqlCommand(block, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
