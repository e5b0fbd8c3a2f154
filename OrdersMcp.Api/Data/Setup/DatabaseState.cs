using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>Whether this instance has brought the schema up to date.</summary>
internal sealed class DatabaseState
{
    private readonly TaskCompletionSource<byte[]> _migrated = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource _reportedHealthy = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsMigrated => _migrated.Task.IsCompleted;

    /// <summary>Completes when the schema is up to date.</summary>
    public Task WhenMigrated => _migrated.Task;

    /// <summary>Completes when a check of readiness has passed for the first time.</summary>
    public Task WhenReportedHealthy => _reportedHealthy.Task;

    /// <summary>
    /// The key that authenticates cursors. It is in the database, so all instances share it and it outlives them; only the
    /// owner can read it.
    /// </summary>
    /// <exception cref="NpgsqlException">The schema is not up to date yet.</exception>
    public ReadOnlySpan<byte> CursorKey =>
        IsMigrated ? _migrated.Task.Result : throw new NpgsqlException("The API has not prepared its database yet.");

    public void Migrated(byte[] cursorKey) => _migrated.TrySetResult(cursorKey);

    public void ReportedHealthy() => _reportedHealthy.TrySetResult();
}

/// <summary>Healthy when the migrations are applied and the database responds.</summary>
internal sealed class DatabaseHealthCheck(DatabaseState state, NpgsqlDataSource database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!state.IsMigrated)
        {
            return HealthCheckResult.Unhealthy("The migrations have not been applied yet.");
        }

        try
        {
            await database.UseAsync(
                async connection =>
                {
                    await using var command = new NpgsqlCommand("SELECT 1", connection);
                    return await command.ExecuteScalarAsync(cancellationToken);
                },
                cancellationToken);
            state.ReportedHealthy();
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (DatabaseFailure.IsUnavailable(exception))
        {
            return HealthCheckResult.Unhealthy("The database does not respond.", exception);
        }
    }
}
