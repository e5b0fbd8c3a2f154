using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using OrdersMcp.ServiceDefaults;
using OrdersMcp.Tests.Hosting;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace OrdersMcp.Tests.ServiceDefaults;

[Trait("Category", "Unit")]
public sealed class HttpResilienceTests
{
    private static readonly Uri Address = new("http://localhost/");

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Idempotent_request_is_repeated_until_it_succeeds(string method)
    {
        var server = new FakeServer(HttpStatusCode.ServiceUnavailable, HttpStatusCode.InternalServerError, HttpStatusCode.OK);
        using var client = Client(server);

        using var response = await SendAsync(client, method);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(3, server.Calls);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    public async Task Request_that_is_not_idempotent_is_sent_once(string method)
    {
        var server = new FakeServer(HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK);
        using var client = Client(server);

        using var response = await SendAsync(client, method);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(1, server.Calls);
    }

    [Fact]
    public async Task Refusal_of_the_request_itself_is_not_repeated()
    {
        var server = new FakeServer(HttpStatusCode.NotFound);
        using var client = Client(server);

        using var response = await SendAsync(client, "GET");

        Assert.Equal(1, server.Calls);
    }

    [Fact]
    public async Task Attempt_that_hangs_is_abandoned()
    {
        using var client = Client(new FakeServer { Hangs = true }, options =>
        {
            options.AttemptTimeout.Timeout = TimeSpan.FromMilliseconds(20);
            options.Retry.MaxRetryAttempts = 1;
        });

        await Assert.ThrowsAsync<TimeoutRejectedException>(() => SendAsync(client, "GET"));
    }

    [Fact]
    public async Task Cancellation_by_the_caller_is_not_repeated()
    {
        var server = new FakeServer { Hangs = true };
        using var client = Client(server);
        using var cancellation = new CancellationTokenSource();

        var sending = client.GetAsync(Address, cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal(1, server.Calls);
    }

    [Fact]
    public async Task Service_that_keeps_failing_is_no_longer_asked()
    {
        var server = new FakeServer(HttpStatusCode.ServiceUnavailable);
        using var client = Client(server, options => options.CircuitBreaker.MinimumThroughput = 2);
        using (await SendAsync(client, "POST"))
        using (await SendAsync(client, "POST"))
        {
            await Assert.ThrowsAsync<BrokenCircuitException>(() => SendAsync(client, "POST"));
        }

        Assert.Equal(2, server.Calls);
    }

    [Fact]
    public async Task Service_with_a_broken_operation_is_asked_on()
    {
        var server = new FakeServer(HttpStatusCode.InternalServerError);
        using var client = Client(server, options => options.CircuitBreaker.MinimumThroughput = 2);

        for (var i = 0; i < 10; i++)
        {
            using var response = await SendAsync(client, "POST");
        }

        Assert.Equal(10, server.Calls);
    }

    [Fact]
    public async Task Answer_that_says_when_to_come_again_is_not_waited_for()
    {
        var server = new FakeServer(HttpStatusCode.TooManyRequests) { RetryAfter = TimeSpan.FromHours(1) };
        using var client = Client(server);

        using var response = await SendAsync(client, "GET");

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
    }

    [Fact]
    public async Task Attempts_of_a_service_are_not_logged_and_its_client_has_these_rules()
    {
        var log = new CapturedLog();
        var server = new FakeServer(HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK);
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.AddServiceDefaults();
        builder.Logging.SetMinimumLevel(LogLevel.Trace).ClearProviders().AddProvider(log);
        builder.Services.AddHttpClient("test").ConfigurePrimaryHttpMessageHandler(() => server);
        using var host = builder.Build();
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("test");

        using (await SendAsync(client, "GET"))
        using (await SendAsync(client, "POST"))
        {
            host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("OrdersMcp").LogInformation("the end");
        }

        Assert.Equal(3, server.Calls);
        Assert.Contains(log.Lines, line => line.StartsWith("the end", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("attempt", StringComparison.OrdinalIgnoreCase) || line.Contains("resilience", StringComparison.OrdinalIgnoreCase));
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Address);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static HttpClient Client(FakeServer server, Action<HttpStandardResilienceOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddHttpClient("test")
            .ConfigurePrimaryHttpMessageHandler(() => server)
            .AddStandardResilienceHandler(options =>
            {
                HttpResilience.Configure(options);
                options.Retry.Delay = TimeSpan.Zero;
                configure?.Invoke(options);
            });
        return services.BuildServiceProvider().GetRequiredService<IHttpClientFactory>().CreateClient("test");
    }

    /// <summary>Answers with each status in turn, the last one for ever.</summary>
    private sealed class FakeServer(params HttpStatusCode[] statuses) : HttpMessageHandler
    {
        public bool Hangs { get; init; }

        public TimeSpan? RetryAfter { get; init; }

        public int Calls { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Calls++;
            if (Hangs)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            var response = new HttpResponseMessage(statuses[Math.Min(Calls, statuses.Length) - 1]);
            if (RetryAfter is { } wait)
            {
                response.Headers.RetryAfter = new(wait);
            }

            return response;
        }
    }
}
