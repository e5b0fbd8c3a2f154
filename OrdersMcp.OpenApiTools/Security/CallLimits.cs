using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Security;

/// <summary>Limits for each caller: calls per time by class, and concurrent calls. For each tool: concurrent calls.</summary>
internal sealed class CallLimits : IDisposable
{
    /// <summary>The name of the limit for each tool.</summary>
    public const string ToolLimit = "tool";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<string> _read;
    private readonly PartitionedRateLimiter<string> _write;
    private readonly PartitionedRateLimiter<string> _expensive;
    private readonly PartitionedRateLimiter<string> _calls;
    private readonly PartitionedRateLimiter<string> _tools;
    private readonly PartitionedRateLimiter<string> _streams;

    public CallLimits(IOptions<LimitOptions> limits)
    {
        var options = limits.Value;
        _read = Buckets(options.Read);
        _write = Buckets(options.Write);
        _expensive = Buckets(options.Expensive);
        _calls = Slots(options.ConcurrentPerCaller);
        _tools = Slots(options.ConcurrentPerTool);
        _streams = Slots(options.StreamsPerCaller);
    }

    /// <summary>Counts a request. Its concurrency slot is free again when its answer is complete.</summary>
    /// <returns>The time to wait and the exceeded limit, or null if the request is within all limits.</returns>
    public (TimeSpan Wait, string Limit)? Take(HttpContext context, string method, CallClass kind, string? tool)
    {
        var caller = NameOf(context);
        var (bucket, name) = kind switch
        {
            CallClass.Expensive => (_expensive, "expensive"),
            CallClass.Write => (_write, "write"),
            _ => (_read, "read"),
        };
        if (Take(bucket, name, caller) is { } excess)
        {
            return excess;
        }

        var isStream = method == RequestMethods.SubscriptionsListen;
        var slot = (isStream ? _streams : _calls).AttemptAcquire(caller);
        context.Response.RegisterForDispose(slot);
        if (!slot.IsAcquired)
        {
            return (Soon, isStream ? "streams" : "concurrent");
        }

        if (tool is null)
        {
            return null;
        }

        var share = _tools.AttemptAcquire(tool);
        context.Response.RegisterForDispose(share);
        return share.IsAcquired ? null : (Soon, ToolLimit);
    }

    /// <summary>Counts a message that takes no time as a read.</summary>
    /// <returns>As for <see cref="Take(HttpContext, string, CallClass, string?)"/>.</returns>
    public (TimeSpan Wait, string Limit)? TakeRead(HttpContext context) => Take(_read, "read", NameOf(context));

    private static (TimeSpan Wait, string Limit)? Take(PartitionedRateLimiter<string> bucket, string name, string caller)
    {
        using var token = bucket.AttemptAcquire(caller);
        return token.IsAcquired ? null : (token.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Soon, name);
    }

    public void Dispose()
    {
        foreach (var limiter in new[] { _read, _write, _expensive, _calls, _tools, _streams })
        {
            limiter.Dispose();
        }
    }

    /// <summary>Unauthenticated callers count by address.</summary>
    public static string NameOf(HttpContext context) => context.User.IsAnonymous()
        ? $"anonymous@{context.Connection.RemoteIpAddress}"
        : context.User.CallerName();

    private static PartitionedRateLimiter<string> Buckets(Rate rate) => PartitionedRateLimiter.Create<string, string>(
        caller => RateLimitPartition.GetTokenBucketLimiter(caller, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = rate.Burst,
            TokensPerPeriod = rate.PerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        }));

    private static PartitionedRateLimiter<string> Slots(int count) => PartitionedRateLimiter.Create<string, string>(
        caller => RateLimitPartition.GetConcurrencyLimiter(caller, _ => new ConcurrencyLimiterOptions { PermitLimit = count }));
}
