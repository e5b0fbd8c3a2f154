using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Data.Setup;

namespace OrdersMcp.Api.Exports;

/// <summary>Runs queued exports, a few at once. On shutdown it returns unfinished ones to the queue.</summary>
internal sealed partial class ExportWorker(
    IDbContextFactory<OrdersDbContext> contexts,
    ExportQueue queue,
    ExportSignal signal,
    DatabaseState state,
    IOptions<ExportOptions> options,
    ILogger<ExportWorker> logger) : BackgroundService
{
    private static readonly ActivitySource Source = new(typeof(ExportWorker).Assembly.GetName().Name!);
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan GiveBackTimeout = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await state.WhenMigrated.WaitAsync(stoppingToken);
        await Task.WhenAll(Enumerable.Range(0, options.Value.Workers).Select(_ => WorkAsync(stoppingToken)));
    }

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                while (await queue.TakeAsync(stoppingToken) is { } work)
                {
                    await RunAsync(work, stoppingToken);
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // A started export returns to the queue when its lease expires. An unavailable database needs no stack
                // trace; anything else is a bug and does.
                LogUnavailable(exception.Message, DatabaseFailure.IsUnavailable(exception) ? null : exception);
            }

            await signal.WaitAsync(PollInterval, stoppingToken);
        }
    }

    private async Task RunAsync(ExportWork work, CancellationToken stoppingToken)
    {
        var links = ActivityContext.TryParse(work.TraceParent, traceState: null, out var request)
            ? new[] { new ActivityLink(request) }
            : [];
        using var activity = Source.StartActivity(ActivityKind.Internal, parentContext: default, links: links, name: "export orders");
        try
        {
            await using var db = contexts.OpenContext(onlyCustomer: null); // the filters already limit the export to the caller's customer
            await new ExportRun(db, queue, work).RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            using var timeout = new CancellationTokenSource(GiveBackTimeout);
            await queue.GiveBackAsync(work, timeout.Token);
            throw;
        }
        catch (Exception exception) when (!DatabaseFailure.IsUnavailable(exception))
        {
            activity?.SetTag("error.type", exception.GetType().FullName);
            activity?.SetStatus(ActivityStatusCode.Error);
            LogFailed(exception);
            await queue.FailAsync(
                work,
                $"The export failed because of an internal error. If it keeps failing, report trace {activity?.TraceId}.",
                stoppingToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Cannot run exports ({Reason}); trying again")]
    private partial void LogUnavailable(string reason, Exception? exception);

    [LoggerMessage(LogLevel.Error, "An export failed")]
    private partial void LogFailed(Exception exception);
}
