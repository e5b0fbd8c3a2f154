using System.Net;
using Microsoft.Extensions.Http.Resilience;

namespace OrdersMcp.ServiceDefaults;

/// <summary>Where the defaults of the standard resilience handler do not fit calls that are made for agents.</summary>
internal static class HttpResilience
{
    public static void Configure(HttpStandardResilienceOptions options)
    {
        // A repeated POST could place an order twice; PUT and DELETE are idempotent (RFC 9110, section 9.2.2).
        options.Retry.DisableFor(HttpMethod.Post, HttpMethod.Patch);
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        // How long to wait is for the caller to know: a call that waits so long here ends in a timeout instead.
        options.Retry.ShouldRetryAfterHeader = false;

        // A service that answers 500 is there. One operation that is broken, which somebody calls again and again, must not
        // take the others with it.
        options.CircuitBreaker.ShouldHandle = arguments => ValueTask.FromResult(
            HttpClientResiliencePredicates.IsTransient(arguments.Outcome)
            && arguments.Outcome.Result?.StatusCode != HttpStatusCode.InternalServerError);

        // Whoever accepts requests bounds them (the MCP server its calls); a second bound here would only fail late.
        options.RateLimiter.DefaultRateLimiterOptions.PermitLimit = int.MaxValue;
    }
}
