using System.Net.Sockets;
using Npgsql;

namespace OrdersMcp.Api.Data;

internal static class DatabaseFailure
{
    /// <summary>
    /// Whether the database is unavailable (unreachable, starting, stopping, out of connections, too slow), rather than
    /// rejecting a statement.
    /// </summary>
    public static bool IsUnavailable(Exception exception)
    {
        // EF Core wraps failures that it considers transient.
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
