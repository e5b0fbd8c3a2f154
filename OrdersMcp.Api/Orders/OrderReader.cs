using System.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using OrdersMcp.Api.Data;

namespace OrdersMcp.Api.Orders;

/// <summary>
/// Reads one order, the most frequent query. It runs a prepared statement on a few connections that stay open. The pool
/// hands out the connection that was idle longest, whose PostgreSQL process is no longer in the CPU caches; this reader
/// reuses the most recent one. See docs/decisions/0009-the-hottest-read.md.
/// </summary>
internal sealed class OrderReader : IAsyncDisposable
{
    /// <summary>The maximum number of connections that stay open. If none is free, a read takes one from the pool.</summary>
    private const int MaxKept = 8;

    internal static readonly string Sql =
        $"""
        SELECT o.id, o.customer_id, c.name, o.status, o.currency, o.total, o.note, o.carrier, o.tracking_number,
               o.placed_at, o.updated_at, o.version, l.sku, l.name, l.quantity, l.unit_price
        FROM orders o
        JOIN customers c ON c.id = o.customer_id
        LEFT JOIN order_lines l ON l.order_id = o.id
        WHERE o.id = $1 AND {CustomerBinding.Condition("o.customer_id", "$2")}
        ORDER BY l.line_number
        """;

    /// <summary>Below what firewalls allow, as in the pool.</summary>
    private static readonly TimeSpan MaxIdleTime = TimeSpan.FromSeconds(60);

    /// <summary>After this time without use a connection returns to the pool, which lends or closes it.</summary>
    private static readonly TimeSpan MaxKeptTime = MaxIdleTime / 2;

    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _time;
    private readonly int _poolSize;
    private readonly int _maxKept;
    private readonly Lock _lock = new();
    private readonly Lock _clearing = new();
    private readonly List<(NpgsqlCommand Command, long Since)> _free = []; // most recently used last
    private readonly ITimer _giveBack;

    public OrderReader(NpgsqlDataSource database, TimeProvider time)
    {
        (_database, _time) = (database, time);

        _poolSize = new NpgsqlConnectionStringBuilder(database.ConnectionString).MaxPoolSize;
        _maxKept = Math.Min(MaxKept, _poolSize / 4); // leaves most of the pool to others, however small it is
        _giveBack = time.CreateTimer(static reader => ((OrderReader)reader!).GiveBack(), this, MaxKeptTime / 2, MaxKeptTime / 2);
    }

    /// <summary>
    /// The order, or null if it does not exist or belongs to another customer than <paramref name="onlyCustomer"/>.
    /// </summary>
    public async Task<OrderResponse?> FindAsync(long orderId, long? onlyCustomer, CancellationToken cancellationToken)
    {
        var command = await TakeAsync() ?? Command(await _database.OpenConnectionAsync(cancellationToken));
        var mayBeStale = true; // it was idle, most likely, and a restart of the server may have broken it unnoticed
        for (var attempt = 1; ; attempt++)
        {
            OrderResponse? order;
            try
            {
                order = await FindAsync(command, orderId, onlyCustomer, cancellationToken);
            }
            catch (Exception exception)
            {
                var isBroken = command.Connection!.State != ConnectionState.Open;
                await CloseFailedAsync(command);
                if (isBroken)
                {
                    await CloseFreeAsync(); // the server may be gone; otherwise each of these would fail another request
                }

                // A read changes nothing, so it can be repeated. The driver clears its pool when a connection breaks, but
                // while it is busy with that, it still lends the connections that it has not closed yet. Each one that fails
                // here is gone, so in the end the pool has none left and opens a connection, which is worth one attempt.
                if (!isBroken || !mayBeStale || attempt > _poolSize || exception is not NpgsqlException { InnerException: not TimeoutException })
                {
                    throw;
                }

                var (connection, isNew) = await _database.OpenNotedAsync(cancellationToken);
                (command, mayBeStale) = (Command(connection), !isNew);
                continue;
            }

            await KeepAsync(command);
            return order;
        }
    }

    /// <summary>The order as seen by the transaction of the context.</summary>
    public static async Task<OrderResponse?> FindAsync(OrdersDbContext db, long orderId, CancellationToken cancellationToken)
    {
        await using var command = Command((NpgsqlConnection)db.Database.GetDbConnection());
        try
        {
            return await FindAsync(command, orderId, db.OnlyCustomer, cancellationToken);
        }
        catch (Exception exception)
        {
            PreparedStatementReset.Note(command, exception);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _giveBack.DisposeAsync();
        await CloseFreeAsync();
    }

    /// <summary>The most recently used connection, or null if none is free.</summary>
    private async ValueTask<NpgsqlCommand?> TakeAsync()
    {
        if (!TryTake(out var free))
        {
            return null;
        }

        if (_time.GetElapsedTime(free.Since) <= MaxIdleTime)
        {
            return free.Command;
        }

        // The machine slept, or the timer did not run, and the other connections are idle for even longer. Each would fail
        // its next use from the pool, so the pool closes those returned to it.
        ClearPool();
        await CloseAsync(free.Command);
        await CloseFreeAsync();
        return null;
    }

    private ValueTask KeepAsync(NpgsqlCommand command)
    {
        lock (_lock)
        {
            if (_free.Count < _maxKept)
            {
                _free.Add((command, _time.GetTimestamp()));
                return ValueTask.CompletedTask;
            }
        }

        return CloseAsync(command);
    }

    private async ValueTask CloseFreeAsync()
    {
        while (TryTake(out var free))
        {
            await CloseAsync(free.Command);
        }
    }

    /// <summary>
    /// Closes the idle connections of the pool. If the pool is being cleared, the driver's method returns at once, and the
    /// caller's next connection could be an idle one that is not closed yet. So one caller waits for the other.
    /// </summary>
    private void ClearPool()
    {
        lock (_clearing)
        {
            _database.Clear();
        }
    }

    private bool TryTake(out (NpgsqlCommand Command, long Since) free)
    {
        lock (_lock)
        {
            if (_free.Count == 0)
            {
                free = default;
                return false;
            }

            free = _free[^1];
            _free.RemoveAt(_free.Count - 1);
            return true;
        }
    }

    /// <summary>Returns connections that were not used for a while to the pool.</summary>
    private void GiveBack()
    {
        (NpgsqlCommand Command, long Since)[] unused;
        lock (_lock)
        {
            unused = [.. _free.TakeWhile(free => _time.GetElapsedTime(free.Since) > MaxKeptTime)];
            _free.RemoveRange(0, unused.Length);
        }

        foreach (var (command, _) in unused)
        {
            var connection = command.Connection!;
            command.Dispose();
            connection.Dispose(); // returns to the pool without sending anything
        }
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection) => new(Sql, connection)
    {
        Parameters =
        {
            new NpgsqlParameter<long> { NpgsqlDbType = NpgsqlDbType.Bigint },
            new NpgsqlParameter<long?> { NpgsqlDbType = NpgsqlDbType.Bigint },
        },
    };

    private static async ValueTask CloseAsync(NpgsqlCommand command)
    {
        var connection = command.Connection!;
        await command.DisposeAsync();
        await connection.DisposeAsync();
    }

    private static async ValueTask CloseFailedAsync(NpgsqlCommand command)
    {
        try
        {
            PreparedStatementReset.Forget(command.Connection!);
        }
        finally
        {
            await CloseAsync(command);
        }
    }

    private static async Task<OrderResponse?> FindAsync(
        NpgsqlCommand command, long orderId, long? onlyCustomer, CancellationToken cancellationToken)
    {
        ((NpgsqlParameter<long>)command.Parameters[0]).TypedValue = orderId;
        ((NpgsqlParameter<long?>)command.Parameters[1]).TypedValue = onlyCustomer;
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? await ReadAsync(row, cancellationToken) : null;
    }

    /// <summary>The order from the first row, and one line from each row.</summary>
    private static async Task<OrderResponse> ReadAsync(NpgsqlDataReader row, CancellationToken cancellationToken)
    {
        var lines = new List<OrderLineResponse>();
        var order = new OrderResponse(
            row.GetInt64(0),
            new OrderCustomer(row.GetInt64(1), row.GetString(2)),
            Enum.Parse<OrderStatus>(row.GetString(3), ignoreCase: true),
            lines,
            row.GetString(4),
            row.GetDecimal(5),
            TextOrNull(row, 6),
            TextOrNull(row, 7),
            TextOrNull(row, 8),
            row.GetFieldValue<DateTimeOffset>(9),
            row.GetFieldValue<DateTimeOffset>(10),
            row.GetInt32(11));
        if (row.IsDBNull(12))
        {
            return order; // an order without lines
        }

        do
        {
            lines.Add(new OrderLineResponse(row.GetString(12), row.GetString(13), row.GetInt32(14), row.GetDecimal(15)));
        }
        while (await row.ReadAsync(cancellationToken));
        return order;
    }

    private static string? TextOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
