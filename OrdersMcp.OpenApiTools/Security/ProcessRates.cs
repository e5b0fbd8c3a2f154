using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace OrdersMcp.OpenApiTools.Security;

/// <summary>Counts in the memory of this process: N replicas allow up to N times as much.</summary>
internal sealed class ProcessRates(IOptions<LimitOptions> limits) : ICallRates, IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly LimitOptions _limits = limits.Value;
    private readonly PartitionedRateLimiter<string> _read = Buckets(limits.Value.Read);
    private readonly PartitionedRateLimiter<string> _write = Buckets(limits.Value.Write);
    private readonly PartitionedRateLimiter<string> _expensive = Buckets(limits.Value.Expensive);

    public ValueTask<Excess?> TakeAsync(CallClass kind, string caller)
    {
        var bucket = kind switch
        {
            CallClass.Expensive => _expensive,
            CallClass.Write => _write,
            _ => _read,
        };
        using var token = bucket.AttemptAcquire(caller);
        return ValueTask.FromResult<Excess?>(token.IsAcquired
            ? null
            : new Excess(token.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Soon, _limits.Of(kind).Name));
    }

    public void Dispose()
    {
        _read.Dispose();
        _write.Dispose();
        _expensive.Dispose();
    }

    private static PartitionedRateLimiter<string> Buckets(Rate rate) => PartitionedRateLimiter.Create<string, string>(
        caller => RateLimitPartition.GetTokenBucketLimiter(caller, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = rate.Burst,
            TokensPerPeriod = rate.PerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        }));
}
