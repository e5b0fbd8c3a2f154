using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OrdersMcp.Api.Authorization;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http.Idempotency;

namespace OrdersMcp.Api.Exports;

/// <summary>The exports of one caller, who cannot see the exports of others.</summary>
internal sealed class ExportJobs(
    OrdersDbContext db, AfterCommit afterCommit, ExportSignal signal, TimeProvider time)
{
    // Arbitrary. No other code locks a pair of keys with this first key.
    private const int LockKey = 0x45_7870;

    /// <summary>Queues an export in the transaction of the request.</summary>
    public async Task<(Export? Export, ProblemHttpResult? Refusal)> QueueAsync(
        ExportOrdersRequest request, Caller caller, CancellationToken cancellationToken)
    {
        // The service runs the export later, without the caller, so the filters must contain its restriction.
        request = request with { CustomerId = CustomerBinding.Narrow(caller.CustomerId, request.CustomerId) };

        // Serializes the requests of a caller: two at once could both pass the limit.
        await db.Database.ExecuteSqlAsync(
            $"SELECT pg_advisory_xact_lock({LockKey}, hashtext({caller.Name}))", cancellationToken);
        var now = time.GetDatabaseNow();
        var kept = await db.Exports
            .Where(export => export.Caller == caller.Name && export.ExpiresAt > now)
            .Select(export => export.Status)
            .ToListAsync(cancellationToken);
        var unfinished = kept.Count(status => status is ExportStatus.Queued or ExportStatus.Running);
        if (unfinished >= ExportLimits.MaxUnfinished || kept.Count >= ExportLimits.MaxKept)
        {
            return (null, ExportProblems.TooMany(unfinished));
        }

        var export = new Export
        {
            Id = new Guid(RandomNumberGenerator.GetBytes(16)),
            Caller = caller.Name,
            Format = request.Format?.Value ?? ExportFormat.Csv,
            Filters = JsonSerializer.Serialize(request, ExportsJson.Default.ExportOrdersRequest),
            CreatedAt = now,
            ExpiresAt = now + ExportLimits.Lifetime,
            TraceParent = Activity.Current?.Id,
        };
        db.Add(export);
        await db.SaveChangesAsync(cancellationToken);
        afterCommit.Do(signal.Set);
        return (export, null);
    }

    public Task<Export?> FindAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        var guid = Guid.ParseExact(id, "N");
        return db.Exports.AsNoTracking()
            .SingleOrDefaultAsync(export => export.Id == guid && export.Caller == caller.Name, cancellationToken);
    }

    /// <summary>Cancels an unfinished export. Its worker notices at the next page.</summary>
    public async Task<(Export? Export, ProblemHttpResult? Refusal)> CancelAsync(
        string id, Caller caller, CancellationToken cancellationToken)
    {
        var guid = Guid.ParseExact(id, "N");
        await db.Exports
            .Where(export => export.Id == guid && export.Caller == caller.Name
                && (export.Status == ExportStatus.Queued || export.Status == ExportStatus.Running))
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(export => export.Status, ExportStatus.Cancelled)
                    .SetProperty(export => export.Lease, (Guid?)null)
                    .SetProperty(export => export.LeasedUntil, (DateTimeOffset?)null)
                    .SetProperty(export => export.Version, export => export.Version + 1),
                cancellationToken);
        await db.ExportChunks
            .Where(chunk => chunk.ExportId == guid && db.Exports.Any(export => export.Id == guid
                && export.Caller == caller.Name && export.Status == ExportStatus.Cancelled))
            .ExecuteDeleteAsync(cancellationToken);
        return await FindAsync(id, caller, cancellationToken) switch
        {
            null => (null, ExportProblems.NotFound(id)),
            { Status: not ExportStatus.Cancelled } finished => (null, ExportProblems.Finished(finished)),
            var cancelled => (cancelled, null),
        };
    }
}

/// <summary>Wakes the workers of this replica. The workers of other replicas poll every few seconds.</summary>
internal sealed class ExportSignal : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(0);

    public void Set() => _semaphore.Release();

    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) =>
        _semaphore.WaitAsync(atMost, cancellationToken);

    public void Dispose() => _semaphore.Dispose();
}
