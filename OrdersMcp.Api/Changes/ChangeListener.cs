using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using OrdersMcp.Api.Data.Setup;

namespace OrdersMcp.Api.Changes;

/// <summary>
/// Publishes every committed change to an order to the streams of this replica, at least once. PostgreSQL announces changes
/// in commit order to the sessions that listen at that moment. Changes committed while the connection is broken come from the
/// events, which store their transactions:
/// <list type="number">
/// <item>Listen. Every later commit is announced.</item>
/// <item>Ask for the oldest running transaction: all earlier ones have ended.</item>
/// <item>Read the events from the horizon on, that is, of every transaction that may not have been published before the
/// connection broke. Ended transactions are visible; the others will be announced.</item>
/// <item>The answer of step 2 is the new horizon.</item>
/// </list>
/// While the connection lives, marks move the horizon: a notification that the listener sends after repeating the query of
/// step 2 arrives after those of all transactions that had ended by then. A missing mark also reveals a broken connection.
/// </summary>
internal sealed partial class ChangeListener(
    BackgroundDatabase database, DatabaseState state, ChangeStreams streams, LatestDocument document, ILogger<ChangeListener> logger)
    : BackgroundService
{
    /// <summary>The maximum number of missed changes to replay. If there are more, every reader must reload.</summary>
    public const int MaxMissed = 10_000;

    private const string Mark = "mark ";
    private static readonly TimeSpan MarkInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(5);

    private readonly Queue<(string Channel, string Text)> _announced = new();
    private readonly string _name = Guid.NewGuid().ToString("N");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await state.WhenMigrated.WaitAsync(stoppingToken);
        var delay = FirstDelay;
        while (true)
        {
            var started = Stopwatch.GetTimestamp();
            string reason;
            try
            {
                await ListenAsync(stoppingToken);
                reason = "the database does not deliver notifications";
            }
            catch (Exception exception) when (
                !stoppingToken.IsCancellationRequested && exception is NpgsqlException or TimeoutException or IOException)
            {
                reason = exception.Message; // Npgsql does not wrap every TimeoutException while it connects
            }

            delay = Stopwatch.GetElapsedTime(started) > MarkInterval ? FirstDelay : delay;
            LogBroken(reason, delay);
            await Task.Delay(delay, stoppingToken);
            delay = delay * 2 < MaxDelay ? delay * 2 : MaxDelay;
        }
    }

    /// <summary>Listens until notifications no longer arrive.</summary>
    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        _announced.Clear();
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        connection.Notification += OnNotification;
        try
        {
            await using (var listen = new NpgsqlCommand($"LISTEN {HandWrittenSql.OrderChannel}; LISTEN {HandWrittenSql.DocumentChannel}", connection))
            {
                await listen.ExecuteNonQueryAsync(cancellationToken);
            }

            await CatchUpAsync(connection, cancellationToken);
            LogListening();
            await PublishAsync(connection, cancellationToken);
        }
        finally
        {
            connection.Notification -= OnNotification;
        }
    }

    private async Task CatchUpAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var oldest = new NpgsqlCommand("SELECT pg_snapshot_xmin(pg_current_snapshot())", connection);
        var horizon = (ulong)(await oldest.ExecuteScalarAsync(cancellationToken))!;
        if (streams.Horizon is { } from)
        {
            // Transaction numbers only decrease if another database replaced this one.
            var missed = horizon < from
                ? null
                : await database.Source.ReadChangesAsync(from, MaxMissed, cancellationToken);
            if (missed is null)
            {
                LogMissed();
                streams.Miss();
            }

            missed?.ForEach(streams.Publish);
        }

        streams.Advance(horizon);
    }

    /// <summary>Publishes announcements until a mark does not arrive.</summary>
    private async Task PublishAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (number, marked) = (0L, Stopwatch.GetTimestamp());
        (string Text, ulong Horizon)? mark = null;
        while (true)
        {
            while (_announced.TryDequeue(out var announced))
            {
                var (channel, text) = announced;
                if (channel == HandWrittenSql.DocumentChannel)
                {
                    await document.HearAsync(text);
                }
                else if (text == mark?.Text)
                {
                    streams.Advance(mark.Value.Horizon);
                    mark = null;
                }
                else if (!text.StartsWith(Mark, StringComparison.Ordinal))
                {
                    Publish(text);
                }
            }

            var rest = MarkInterval - Stopwatch.GetElapsedTime(marked);
            if (rest > TimeSpan.Zero)
            {
                await connection.WaitAsync(rest, cancellationToken);
                continue;
            }

            if (mark is not null)
            {
                return;
            }

            mark = await MarkAsync(connection, $"{Mark}{_name} {++number}", cancellationToken);
            marked = Stopwatch.GetTimestamp();
        }
    }

    private static async Task<(string Text, ulong Horizon)> MarkAsync(
        NpgsqlConnection connection, string text, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT pg_snapshot_xmin(pg_current_snapshot()) FROM pg_notify($1, $2)", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = HandWrittenSql.OrderChannel });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = text });
        return (text, (ulong)(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    private void OnNotification(object sender, NpgsqlNotificationEventArgs announced) =>
        _announced.Enqueue((announced.Channel, announced.Payload));

    private void Publish(string text)
    {
        try
        {
            if (JsonSerializer.Deserialize(text, ChangesJson.Default.OrderChange) is { } change)
            {
                streams.Publish(change);
            }
        }
        catch (JsonException exception)
        {
            LogUnreadable(exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Listening for order changes")]
    private partial void LogListening();

    [LoggerMessage(LogLevel.Warning, "Cannot listen for order changes ({Reason}); trying again in {Delay}")]
    private partial void LogBroken(string reason, TimeSpan delay);

    [LoggerMessage(LogLevel.Warning, "Too many order changes were missed; readers must reload")]
    private partial void LogMissed();

    [LoggerMessage(LogLevel.Warning, "Ignored a notification that is not an order change ({Reason})")]
    private partial void LogUnreadable(string reason);
}
