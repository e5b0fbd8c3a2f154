using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace OrdersMcp.Api.Data;

/// <summary>
/// Lets a connection forget what the driver prepared on it, once a statement failed there. Npgsql 10 takes a statement that
/// fails after it was parsed and before it was planned for a prepared one, without knowing its columns: its next use would
/// fail as well, for no reason that its caller gave (github.com/npgsql/npgsql/issues/6391; still so in Npgsql 10.0.3, where
/// it says "Received unexpected backend message DataRow"). The interceptor sees to the commands of contexts; one that is
/// written by hand runs by <see cref="PooledCommands"/>, or notes its failure itself where it is on the connection of a
/// context. The owner's connections are not used again, and those of the background prepare nothing.
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

    // Before the connection goes back to the pool, and after its transaction: in one that failed nothing can be sent.
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

    /// <summary>Has the connection of a context forget them before it goes back to the pool.</summary>
    public static void Note(DbCommand command, Exception? exception)
    {
        if (command.Connection is { } connection && MayBePrepared(exception))
        {
            Failed.AddOrUpdate(connection, connection);
        }
    }

    /// <summary>Lets it forget them now; not within a transaction that failed. The driver does it synchronously only.</summary>
    public static void Forget(NpgsqlConnection connection)
    {
        if (connection.State != ConnectionState.Open)
        {
            return; // broken: the pool drops it, and all that was prepared with it
        }

        try
        {
            connection.UnprepareAll();
        }
        catch (NpgsqlException)
        {
            NpgsqlConnection.ClearPool(connection); // which ends it, too, when it is given back
        }
    }

    /// <summary>
    /// Whether a failure may have left a statement like that. Broken constraints and lost races are everyday, and come when a
    /// statement runs: it is prepared, or it is not.
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
