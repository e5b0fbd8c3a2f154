using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using OrdersMcp.Playground.Configuration;

namespace OrdersMcp.Playground.Http;

/// <summary>The limit of conversations at the same time, over HTTP and WebSockets together.</summary>
internal sealed class ConversationLimiter(IOptions<PlaygroundOptions> options) : RateLimiter
{
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions { PermitLimit = options.Value.Limits.Conversations });

    /// <summary>Never idle: the middleware disposes a limiter that is.</summary>
    public override TimeSpan? IdleDuration => null;

    public override RateLimiterStatistics? GetStatistics() => _limiter.GetStatistics();

    protected override RateLimitLease AttemptAcquireCore(int permitCount) => _limiter.AttemptAcquire(permitCount);

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
        _limiter.AcquireAsync(permitCount, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        _limiter.Dispose();
        base.Dispose(disposing);
    }
}
