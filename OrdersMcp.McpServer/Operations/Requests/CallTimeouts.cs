using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace OrdersMcp.McpServer.Operations.Requests;

/// <summary>
/// The time that one call may take. The resilience pipeline has times for all clients; a call of an operation has its own,
/// which is the pipeline's whole time unless the settings say otherwise: an attempt that is cut short and made again asks an
/// API that is slow to do the same work twice, and never gets its answer.
/// </summary>
internal static class CallTimeouts
{
    /// <summary>The time for a call whose API has no <c>Timeout</c>.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(30);

    private static readonly HttpRequestOptionsKey<TimeSpan> Key = new("ordersmcp.timeout");

    public static void Set(HttpRequestMessage request, TimeSpan timeout) => request.Options.Set(Key, timeout);

    /// <summary>Has the pipeline ask each request for its time.</summary>
    public static void Configure(HttpStandardResilienceOptions options)
    {
        var (total, attempt) = (options.TotalRequestTimeout, options.AttemptTimeout);
        total.TimeoutGenerator = arguments => ValueTask.FromResult(Of(arguments.Context) ?? total.Timeout);
        attempt.TimeoutGenerator = arguments => ValueTask.FromResult(Of(arguments.Context) ?? attempt.Timeout);
    }

    private static TimeSpan? Of(ResilienceContext context) =>
        context.GetRequestMessage() is { } request && request.Options.TryGetValue(Key, out var timeout) ? timeout : null;
}
