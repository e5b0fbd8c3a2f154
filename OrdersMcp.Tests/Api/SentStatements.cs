using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace OrdersMcp.Tests.Api;

/// <summary>The statements that EF Core sends to a database until this is disposed.</summary>
internal sealed class SentStatements : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly string _database;
    private readonly ConcurrentBag<IDisposable> _subscriptions = [];

    public SentStatements(string database)
    {
        _database = database;
        _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

    public ConcurrentQueue<(string CommandText, List<DbParameter> Parameters)> Sent { get; } = new();

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name)
        {
            _subscriptions.Add(value.Subscribe(this));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is CommandEventData { Command: { } command } && value.Key == RelationalEventId.CommandExecuting.Name
            && command.Connection?.Database == _database)
        {
            Sent.Enqueue((command.CommandText, [.. command.Parameters.Cast<DbParameter>()]));
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        foreach (var subscription in _subscriptions)
        {
            subscription.Dispose();
        }
    }
}
