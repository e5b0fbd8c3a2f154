using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>
/// Prepares the database in the background: the process starts without a database, and becomes ready when there is one. With
/// <c>Database:MigrateAtStart=false</c> it changes nothing, and becomes ready when the command <c>migrate</c> has run.
/// </summary>
internal sealed partial class DatabaseMigrator(
    DatabasePreparation preparation,
    IDbContextFactory<OrdersDbContext> contexts,
    DatabaseState state,
    IOptions<DatabaseOptions> options,
    ILogger<DatabaseMigrator> logger) : BackgroundService
{
    private const string OldSchema = $"its schema is older than this program. Run the command migrate, or set {DatabaseOptions.Section}:"
        + $"{nameof(DatabaseOptions.MigrateAtStart)} to true";

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await MigrateWhenPossibleAsync(stoppingToken);
        // Building the model takes a processor for a third of a second, which the first check of readiness needs as well.
        await state.WhenReportedHealthy.WaitAsync(stoppingToken);
        BuildModel();
    }

    private async Task MigrateWhenPossibleAsync(CancellationToken stoppingToken)
    {
        for (var delay = FirstDelay; ; delay = delay * 2 < MaxDelay ? delay * 2 : MaxDelay)
        {
            try
            {
                var cursorKey = options.Value.MigrateAtStart
                    ? await preparation.PrepareAsync(stoppingToken)
                    : await preparation.ReadAsync(stoppingToken);
                if (cursorKey is not null)
                {
                    state.Migrated(cursorKey);
                    LogReady();
                    return;
                }

                LogNotReady(OldSchema, delay, exception: null);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // A missing database needs no stack trace; anything else is a bug and does.
                LogNotReady(exception.Message, delay, exception is NpgsqlException ? null : exception);
            }

            await Task.Delay(delay, stoppingToken);
        }
    }

    /// <summary>Builds the EF Core model now, so that the first request that needs it does not wait as long.</summary>
    private void BuildModel()
    {
        using var db = contexts.CreateDbContext();
        _ = db.Model;
    }

    [LoggerMessage(LogLevel.Information, "The orders database is migrated and ready")]
    private partial void LogReady();

    [LoggerMessage(LogLevel.Warning, "The orders database is not ready ({Reason}); trying again in {Delay}")]
    private partial void LogNotReady(string reason, TimeSpan delay, Exception? exception);
}
