// Stands in for the package Microsoft.Extensions.Http.Resilience: its standard handler on Polly, with the same method
// and option names. Unlike the package's default it never repeats a method that is not idempotent.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrdersMcp.ServiceDefaults.HttpResilience;
using Polly;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Makes HTTP clients resilient.</summary>
public static class HttpResilienceExtensions
{
    internal static readonly ResiliencePropertyKey<HttpRequestMessage> RequestKey = new("http.request");

    /// <summary>Adds timeouts, retries of idempotent methods and a circuit breaker to this client.</summary>
    public static IHttpClientBuilder AddStandardResilienceHandler(
        this IHttpClientBuilder builder, Action<HttpStandardResilienceOptions>? configure = null)
    {
        // The client defaults have no name; options and pipeline are then one set for all clients.
        var name = builder.Name ?? string.Empty;
        builder.Services.AddOptions<HttpStandardResilienceOptions>(name).Configure(options => configure?.Invoke(options));
        builder.Services.AddKeyedSingleton(name, (services, _) =>
            Build(services.GetRequiredService<IOptionsMonitor<HttpStandardResilienceOptions>>().Get(name)));
        return builder.AddHttpMessageHandler(services =>
            new ResilienceHandler(services.GetRequiredKeyedService<ResiliencePipeline<HttpResponseMessage>>(name)));
    }

    private static ResiliencePipeline<HttpResponseMessage> Build(HttpStandardResilienceOptions options) =>
        new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddTimeout(options.TotalRequestTimeout)
            .AddRetry(options.Retry)
            .AddCircuitBreaker(options.CircuitBreaker)
            .AddTimeout(options.AttemptTimeout)
            .Build();
}
