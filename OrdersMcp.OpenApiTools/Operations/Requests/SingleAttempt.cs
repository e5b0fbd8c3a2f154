using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace OrdersMcp.OpenApiTools.Operations.Requests;

/// <summary>
/// Marks requests that the pipeline must not retry: their sender retries, and needs the outcome of the first attempt.
/// </summary>
internal static class SingleAttempt
{
    private static readonly HttpRequestOptionsKey<bool> Key = new("ordersmcp.once");

    public static void Set(HttpRequestMessage request) => request.Options.Set(Key, value: true);

    /// <summary>Excludes marked requests from the pipeline's retries.</summary>
    public static void Configure(HttpStandardResilienceOptions options)
    {
        var others = options.Retry.ShouldHandle;
        options.Retry.ShouldHandle = arguments => IsSet(arguments.Context) ? ValueTask.FromResult(false) : others(arguments);
    }

    private static bool IsSet(ResilienceContext context) =>
        context.GetRequestMessage() is { } request && request.Options.TryGetValue(Key, out var isSet) && isSet;
}
