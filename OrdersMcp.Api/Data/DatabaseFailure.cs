using System.Net.Sockets;
using Npgsql;

namespace OrdersMcp.Api.Data;

internal static class DatabaseFailure
{
    /// <summary>
    /// Whether an exception says that the database cannot be used at the moment (unreachable, starting, stopping, out
    /// of connections, too slow), as opposed to a statement that the database refuses.
    /// </summary>
    public static bool IsUnavailable(Exception exception)
    {
        // EF Core wraps what it takes for transient.
        for (var current = exception; current is not null; current = current.InnerException)
        {
            switch (current)
            {
                case PostgresException postgres:
                    return postgres.IsTransient || postgres.SqlState == PostgresErrorCodes.InvalidCatalogName;
                case NpgsqlException or SocketException:
                    return true;
            }
        }

        return false;
    }
}
