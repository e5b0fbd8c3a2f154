using System.Net;
using Microsoft.Extensions.Http.Resilience;

namespace OrdersMcp.ServiceDefaults;

/// <summary>Where the standard resilience handler's defaults do not fit calls that are made for agents.</summary>
internal static class HttpResilience
{
    internal static void Configure(HttpStandardResilienceOptions options)
    {
        // A 429 is the caller's own limit: a retry only uses up more of it.
        options.Retry.ShouldHandle = arguments => ValueTask.FromResult(
            HttpClientResiliencePredicates.IsTransient(arguments.Outcome)
            && arguments.Outcome.Result?.StatusCode != HttpStatusCode.TooManyRequests);
        // A repeated POST could place an order twice; PUT and DELETE are idempotent (RFC 9110, section 9.2.2).
        options.Retry.DisableFor(HttpMethod.Post, HttpMethod.Patch);
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        // The caller decides how long to wait: a call that waits so long here ends in a timeout instead.
        options.Retry.ShouldRetryAfterHeader = false;

        // A service that answers is there, whatever the answer says: it may be about one row, one caller or one operation.
        options.CircuitBreaker.ShouldHandle = arguments => ValueTask.FromResult(IsUnreachable(arguments.Outcome.Exception));
        // Of two instances behind one name, one may be down without taking the other's calls with it.
        options.CircuitBreaker.FailureRatio = 0.9;
        options.CircuitBreaker.MinimumThroughput = 10;
        // The shortest that Polly allows. A refused connection costs little, and calls should succeed as soon as the service is back.
        options.CircuitBreaker.BreakDuration = TimeSpan.FromMilliseconds(500);

        // Whoever accepts requests limits them (the MCP server its calls); a second limit here would only fail late.
        options.RateLimiter.DefaultRateLimiterOptions.PermitLimit = int.MaxValue;
    }

    /// <summary>
    /// Whether no connection came about, so that the service has not seen the request: the name does not resolve, the
    /// connection is refused or times out, or TLS fails.
    /// </summary>
    internal static bool IsUnreachable(Exception? exception) => exception
        is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
        }
        or OperationCanceledException { InnerException: TimeoutException }; // SocketsHttpHandler.ConnectTimeout
}
