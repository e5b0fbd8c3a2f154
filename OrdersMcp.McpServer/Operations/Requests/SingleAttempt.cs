using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace OrdersMcp.McpServer.Operations.Requests;

/// <summary>
/// A request that is made once, because its sender makes it again by itself and somebody waits for how the first one ends.
/// </summary>
internal static class SingleAttempt
{
    private static readonly HttpRequestOptionsKey<bool> Key = new("ordersmcp.once");

    public static void Set(HttpRequestMessage request) => request.Options.Set(Key, value: true);

    /// <summary>Has the pipeline retry other requests only.</summary>
    public static void Configure(HttpStandardResilienceOptions options)
    {
        var others = options.Retry.ShouldHandle;
        options.Retry.ShouldHandle = arguments => IsSet(arguments.Context) ? ValueTask.FromResult(false) : others(arguments);
    }

    private static bool IsSet(ResilienceContext context) =>
        context.GetRequestMessage() is { } request && request.Options.TryGetValue(Key, out var isSet) && isSet;
}
