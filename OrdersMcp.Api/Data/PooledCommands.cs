using Npgsql;

namespace OrdersMcp.Api.Data;

/// <summary>Runs hand-written commands on a pooled connection.</summary>
internal static class PooledCommands
{
    /// <summary>
    /// Lends a connection. After a failure its prepared statements are dropped before it returns to the pool.
    /// </summary>
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
