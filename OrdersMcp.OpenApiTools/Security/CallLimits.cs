using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Security;

/// <summary>
/// Limits for each caller: calls per time by class, and concurrent calls. For each tool: concurrent calls. Concurrent calls
/// count in this process, whose memory and connections they protect.
/// </summary>
internal sealed class CallLimits : IDisposable
{
    /// <summary>The name of the limit for each tool.</summary>
    public const string ToolLimit = "tool";

    /// <summary>The name of the limit for all requests while their rates cannot be checked.</summary>
    public const string StoreLimit = "store";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly ICallRates _rates;
    private readonly PartitionedRateLimiter<string> _calls;
    private readonly PartitionedRateLimiter<string> _tools;
    private readonly PartitionedRateLimiter<string> _streams;

    public CallLimits(ICallRates rates, IOptions<LimitOptions> limits)
    {
        var options = limits.Value;
        _rates = rates;
        _calls = Slots(options.ConcurrentPerCaller);
        _tools = Slots(options.ConcurrentPerTool);
        _streams = Slots(options.StreamsPerCaller);
    }

    /// <summary>Counts a request. Its concurrency slot is free again when its answer is complete.</summary>
    /// <returns>The exceeded limit, or null if the request is within all limits.</returns>
    public async ValueTask<Excess?> TakeAsync(HttpContext context, string method, CallClass kind, string? tool)
    {
        var caller = NameOf(context);
        if (await _rates.TakeAsync(kind, caller) is { } excess)
        {
            return excess;
        }

        var isStream = method == RequestMethods.SubscriptionsListen;
        var slot = (isStream ? _streams : _calls).AttemptAcquire(caller);
        context.Response.RegisterForDispose(slot);
        if (!slot.IsAcquired)
        {
            return new Excess(Soon, isStream ? "streams" : "concurrent");
        }

        if (tool is null)
        {
            return null;
        }

        var share = _tools.AttemptAcquire(tool);
        context.Response.RegisterForDispose(share);
        return share.IsAcquired ? null : new Excess(Soon, ToolLimit);
    }

    /// <summary>Counts a message that takes no time as a read.</summary>
    /// <returns>As for <see cref="TakeAsync"/>.</returns>
    public ValueTask<Excess?> TakeReadAsync(HttpContext context) => _rates.TakeAsync(CallClass.Read, NameOf(context));

    public void Dispose()
    {
        foreach (var limiter in new[] { _calls, _tools, _streams })
        {
            limiter.Dispose();
        }
    }

    /// <summary>Unauthenticated callers count by address.</summary>
    public static string NameOf(HttpContext context) => context.User.IsAnonymous()
        ? $"anonymous@{context.Connection.RemoteIpAddress}"
        : context.User.CallerName();

    private static PartitionedRateLimiter<string> Slots(int count) => PartitionedRateLimiter.Create<string, string>(
        caller => RateLimitPartition.GetConcurrencyLimiter(caller, _ => new ConcurrencyLimiterOptions { PermitLimit = count }));
}
