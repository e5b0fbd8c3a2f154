using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace OrdersMcp.OpenApiTools.Operations.Requests;

/// <summary>
/// The timeout of one call. The resilience pipeline has timeouts for all clients; a call of an operation has its own, by
/// default the pipeline's total. It also applies to each attempt: if an attempt were cut short and repeated, a slow API
/// would do the same work twice, and its answer would never arrive.
/// </summary>
internal static class CallTimeouts
{
    /// <summary>The timeout of a call if its API has no <c>Timeout</c>.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(30);

    private static readonly HttpRequestOptionsKey<TimeSpan> Key = new("ordersmcp.timeout");

    public static void Set(HttpRequestMessage request, TimeSpan timeout) => request.Options.Set(Key, timeout);

    /// <summary>Makes the pipeline use the timeout of each request.</summary>
    public static void Configure(HttpStandardResilienceOptions options)
    {
        var (total, attempt) = (options.TotalRequestTimeout, options.AttemptTimeout);
        total.TimeoutGenerator = arguments => ValueTask.FromResult(Of(arguments.Context) ?? total.Timeout);
        attempt.TimeoutGenerator = arguments => ValueTask.FromResult(Of(arguments.Context) ?? attempt.Timeout);
    }

    private static TimeSpan? Of(ResilienceContext context) =>
        context.GetRequestMessage() is { } request && request.Options.TryGetValue(Key, out var timeout) ? timeout : null;
}
