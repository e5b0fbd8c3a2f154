using Npgsql;

namespace OrdersMcp.Api.Data;

/// <summary>Commands that are written by hand, on a connection of the pool.</summary>
internal static class PooledCommands
{
    /// <summary>Lends a connection; after a failure it goes back without what was prepared on it.</summary>
    public static async Task<T> UseAsync<T>(
        this NpgsqlDataSource database, Func<NpgsqlConnection, Task<T>> use, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            return await use(connection);
        }
        catch (Exception exception) when (PreparedStatementReset.MayBePrepared(exception))
        {
            PreparedStatementReset.Forget(connection);
            throw;
        }
    }
}
