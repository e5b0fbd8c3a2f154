using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace OrdersMcp.Api.Data;

/// <summary>
/// Drops the prepared statements of a connection on which a statement failed. If a statement fails after parsing and before
/// planning, Npgsql 10 treats it as prepared without knowing its columns, so its next use fails as well
/// (github.com/npgsql/npgsql/issues/6391; in Npgsql 10.0.3 with "Received unexpected backend message DataRow"). The
/// interceptor handles the commands of contexts. Hand-written commands run through <see cref="PooledCommands"/>, or report
/// their failure themselves if they use the connection of a context. Connections of the owner are not reused, and those of
/// the background prepare nothing.
/// </summary>
internal sealed class PreparedStatementReset : DbCommandInterceptor, IDbConnectionInterceptor
{
    private static readonly ConditionalWeakTable<DbConnection, object> Failed = [];

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) => Note(command, eventData.Exception);

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Note(command, eventData.Exception);
        return Task.CompletedTask;
    }

    public override void CommandCanceled(DbCommand command, CommandEndEventData eventData) => Note(command, exception: null);

    public override Task CommandCanceledAsync(DbCommand command, CommandEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Note(command, exception: null);
        return Task.CompletedTask;
    }

    // After the transaction, which accepts no statements once it failed, and before the connection returns to the pool.
    public InterceptionResult ConnectionClosing(DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        ForgetIfFailed(connection);
        return result;
    }

    public ValueTask<InterceptionResult> ConnectionClosingAsync(DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        ForgetIfFailed(connection);
        return ValueTask.FromResult(result);
    }

    /// <summary>Marks the connection of a context: it drops them before it returns to the pool.</summary>
    public static void Note(DbCommand command, Exception? exception)
    {
        if (command.Connection is { } connection && MayBePrepared(exception))
        {
            Failed.AddOrUpdate(connection, connection);
        }
    }

    /// <summary>Drops them now. Fails within a transaction that failed. The driver has only a synchronous method.</summary>
    public static void Forget(NpgsqlConnection connection)
    {
        if (connection.State != ConnectionState.Open)
        {
            return; // broken: the pool discards it with everything prepared on it
        }

        try
        {
            connection.UnprepareAll();
        }
        catch (NpgsqlException)
        {
            NpgsqlConnection.ClearPool(connection); // the pool then closes it on return
        }
    }

    /// <summary>
    /// Whether the failure can leave such a statement. Violated constraints and serialization failures are common, and occur
    /// only when a statement executes.
    /// </summary>
    public static bool MayBePrepared(Exception? exception) =>
        exception is not PostgresException { SqlState: ['2', '3', ..] or ['4', '0', ..] };

    private static void ForgetIfFailed(DbConnection connection)
    {
        if (Failed.Remove(connection))
        {
            Forget((NpgsqlConnection)connection);
        }
    }
}
