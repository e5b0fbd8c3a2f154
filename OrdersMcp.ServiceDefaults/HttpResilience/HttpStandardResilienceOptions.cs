using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>
/// The strategies around each request, from the outermost to the innermost: a timeout for the whole, retries, a
/// circuit breaker, a timeout for each attempt.
/// </summary>
public sealed class HttpStandardResilienceOptions
{
    /// <summary>Bounds a request with all its attempts. 30 s unless set.</summary>
    public TimeoutStrategyOptions TotalRequestTimeout { get; set; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>
    /// Repeats what failed for a passing reason: 3 times, after 0.2, 0.4 and 0.8 s with jitter unless set. Only
    /// idempotent methods (RFC 9110, section 9.2.2): a repeated POST could place an order twice.
    /// </summary>
    public RetryStrategyOptions<HttpResponseMessage> Retry { get; set; } = new()
    {
        MaxRetryAttempts = 3,
        Delay = TimeSpan.FromMilliseconds(200),
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        ShouldHandle = arguments => ValueTask.FromResult(
            IsIdempotent(arguments.Context) && IsTransient(arguments.Outcome) && !arguments.Context.CancellationToken.IsCancellationRequested),
    };

    /// <summary>
    /// Stops asking a service that fails: for 5 s once a tenth of at least 100 attempts in 30 s failed. Unlike the package's
    /// default it does not count 500: a service that answers it is there, and one operation that is broken, which somebody
    /// calls again and again, must not take the others with it.
    /// </summary>
    public CircuitBreakerStrategyOptions<HttpResponseMessage> CircuitBreaker { get; set; } = new()
    {
        FailureRatio = 0.1,
        MinimumThroughput = 100,
        SamplingDuration = TimeSpan.FromSeconds(30),
        BreakDuration = TimeSpan.FromSeconds(5),
        ShouldHandle = arguments => ValueTask.FromResult(
            IsTransient(arguments.Outcome) && arguments.Outcome.Result?.StatusCode != HttpStatusCode.InternalServerError),
    };

    /// <summary>Bounds one attempt. 10 s unless set.</summary>
    public TimeoutStrategyOptions AttemptTimeout { get; set; } = new() { Timeout = TimeSpan.FromSeconds(10) };

    private static bool IsTransient(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: HttpRequestException or TimeoutRejectedException } => true,
        { Result.StatusCode: >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests } => true,
        _ => false,
    };

    private static bool IsIdempotent(ResilienceContext context) =>
        context.Properties.TryGetValue(HttpResilienceExtensions.RequestKey, out var request)
        && (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head || request.Method == HttpMethod.Options
            || request.Method == HttpMethod.Put || request.Method == HttpMethod.Delete);
}
