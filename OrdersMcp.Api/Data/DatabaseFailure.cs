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
                    // Class 08 covers connection errors, such as a pooler's refusal of startup parameters.
                    return postgres.IsTransient || postgres.SqlState == PostgresErrorCodes.InvalidCatalogName
                        || postgres.SqlState.StartsWith("08", StringComparison.Ordinal);
                case NpgsqlException or SocketException or TimeoutException: // connecting can end with a bare TimeoutException
                    return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether the database is there, and only other transactions that use the same rows were in the way: a lock timeout, a
    /// deadlock or a serialization failure. Sending the statement again can succeed.
    /// </summary>
    public static bool IsBusy(Exception exception)
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            if (current is PostgresException
                {
                    SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected
                        or PostgresErrorCodes.SerializationFailure,
                })
            {
                return true;
            }
        }

        return false;
    }
}
