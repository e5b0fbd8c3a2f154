using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace OrdersMcp.Api.Data;

/// <summary>
/// Lets a connection forget what the driver prepared on it, once a statement failed there. Npgsql 10 takes a statement that
/// fails after it was parsed and before it was planned for a prepared one, without knowing its columns: its next use would
/// fail as well, for no reason that its caller gave (github.com/npgsql/npgsql/issues/6391).
/// </summary>
internal sealed class FailedStatements : DbCommandInterceptor, IDbConnectionInterceptor
{
    private readonly ConditionalWeakTable<DbConnection, object> _failed = [];

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

    /// <summary>Lets it forget them now; not within a transaction that failed.</summary>
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
        catch (NpgsqlException) when (connection.State != ConnectionState.Open)
        {
            // It broke just now, with the same end.
        }
    }

    private void ForgetIfFailed(DbConnection connection)
    {
        if (_failed.Remove(connection))
        {
            Forget((NpgsqlConnection)connection);
        }
    }

    private void Note(DbCommand command, Exception? exception)
    {
        // Broken constraints and lost races are everyday, and come when a statement runs: it is prepared, or it is not.
        if (command.Connection is { } connection && exception is not PostgresException { SqlState: ['2', '3', ..] or ['4', '0', ..] })
        {
            _failed.AddOrUpdate(connection, this);
        }
    }
}
