using Npgsql;
using OrdersMcp.Api.Data.Setup;

namespace OrdersMcp.Api.Changes;

/// <summary>Tells all replicas which document this one serves: once it is ready, and when it has stopped.</summary>
internal sealed partial class DocumentNotices(
    LatestDocument document, BackgroundDatabase database, DatabaseState state, ILogger<DocumentNotices> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(2);

    private volatile bool _isKnown;

    /// <summary>The services stop in the reverse order, so the web server has answered its last request by now.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!_isKnown)
        {
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestFarewell);
        try
        {
            await TellAsync(LatestDocument.StoppedWith(await document.OwnAsync()), limit.Token);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Readers find out when they read the document the next time. A test host can be disposed before it is stopped.
            LogUntold(exception.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Earlier, a balancer would send nobody here. Generating the document also takes time that the start needs.
        await state.WhenReportedHealthy.WaitAsync(stoppingToken);
        var notice = LatestDocument.StartedWith(await document.OwnAsync());
        while (!_isKnown)
        {
            try
            {
                await TellAsync(notice, stoppingToken);
                _isKnown = true;
            }
            catch (Exception exception) when (
                !stoppingToken.IsCancellationRequested && exception is NpgsqlException or TimeoutException or IOException)
            {
                LogUntold(exception.Message);
                await Task.Delay(Pause, stoppingToken);
            }
        }
    }

    private async Task TellAsync(string notice, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand("SELECT pg_notify($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = HandWrittenSql.DocumentChannel });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = notice });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Debug, "Other replicas were not told of this replica's document ({Reason})")]
    private partial void LogUntold(string reason);
}
