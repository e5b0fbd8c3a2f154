using Microsoft.Extensions.Options;
using OpenTelemetry;

namespace OrdersMcp.McpServer.Audit;

/// <summary>
/// Sends the records of the journal to the store in batches, and retries without end. If the answer to a batch is lost, it
/// sends the batch again: the store accepts each id once.
/// </summary>
internal sealed partial class AuditShipper(
    AuditJournal journal, AuditMetrics metrics, AuditStore store, IOptions<AuditOptions> options, TimeProvider time, ILogger<AuditShipper> logger)
    : BackgroundService
{
    private const int MostRecords = 100;
    private const int MostBytes = 80 * 1024; // below the threshold of the large object heap
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(3);

    private readonly Lock _stopping = new();
    private string? _problem;
    private Task? _goodbye;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (store.Current is null)
        {
            LogOff(AuditStore.Missing);
            return Task.CompletedTask;
        }

        (store.Current as ApiAuditStore)?.Check();
        journal.Open();
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (store.Current is null)
        {
            return;
        }

        // Two callers can stop a host at the same time. Each disposes it when done, including the services that the
        // delivery needs.
        Task goodbye;
        lock (_stopping)
        {
            goodbye = _goodbye ??= SayGoodbyeAsync(cancellationToken);
        }

        await goodbye;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var retry = FirstRetry;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await TryShipAsync(stoppingToken))
                {
                    retry = FirstRetry;
                    await journal.WaitAsync(LongestRetry, stoppingToken);
                    await Task.Delay(options.Value.ShipInterval, time, stoppingToken);
                }
                else
                {
                    await Task.Delay(retry, time, stoppingToken);
                    retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Sends the remaining records, usually all. Any rest waits for the next start.</summary>
    private async Task SayGoodbyeAsync(CancellationToken cancellationToken)
    {
        using var goodbye = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        goodbye.CancelAfter(LongestGoodbye);
        await TryShipAsync(goodbye.Token);
    }

    /// <summary>Sends all waiting records. Returns false if the API does not accept them now.</summary>
    private async Task<bool> TryShipAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (journal.Read(MostRecords, MostBytes) is { Records.Count: > 0 } batch)
            {
                await ShipAsync(store.Current!, batch, cancellationToken);
            }

            if (_problem is not null)
            {
                _problem = null;
                LogAgain(store.Current!.Name);
            }

            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception.IsOfStore())
        {
            if (_problem != exception.Message)
            {
                _problem = exception.Message; // log once for each cause
                LogWaiting(store.Current!.Name, _problem, journal.Length);
            }

            return false;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task ShipAsync(IAuditStore store, JournalBatch batch, CancellationToken cancellationToken)
    {
        var count = batch.Records.Count;
        while (!await AddAsync(store, [.. batch.Records.Take(count)], cancellationToken))
        {
            if (count == 1)
            {
                // The record would block all others forever.
                journal.Confirm(batch, count);
                metrics.Lost("refused");
                LogRefused(store.Name, batch.Records[0].Length);
                return;
            }

            count /= 2;
        }

        journal.Confirm(batch, count);
        metrics.Shipped(count);
    }

    /// <summary>
    /// Deliveries belong to no request. Their traces would hide the relevant ones. Only they are suppressed, because
    /// OpenTelemetry exports no logs within the scope.
    /// </summary>
    private static async Task<bool> AddAsync(IAuditStore store, IReadOnlyList<ReadOnlyMemory<byte>> records, CancellationToken cancellationToken)
    {
        using var untraced = SuppressInstrumentationScope.Begin();
        return await store.AddAsync(records, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tool calls are not audited: {Why}")]
    private partial void LogOff(string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Store} does not accept records of tool calls now: {Problem} {Bytes} bytes wait in the journal")]
    private partial void LogWaiting(string store, string problem, long bytes);

    [LoggerMessage(Level = LogLevel.Information, Message = "The {Store} accepts records of tool calls again")]
    private partial void LogAgain(string store);

    [LoggerMessage(Level = LogLevel.Error, Message = "The {Store} refused a record of a tool call ({Bytes} bytes); it is lost")]
    private partial void LogRefused(string store, int bytes);
}
