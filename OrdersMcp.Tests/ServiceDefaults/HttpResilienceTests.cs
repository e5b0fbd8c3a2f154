extern alias defaults;

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using OrdersMcp.ServiceDefaults;
using OrdersMcp.Tests.Hosting;
using Polly.CircuitBreaker;
using Polly.Timeout;
using HttpResilience = defaults::OrdersMcp.ServiceDefaults.HttpResilience;

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

    [Theory]
    [InlineData(HttpRequestError.ConnectionError)]
    [InlineData(HttpRequestError.NameResolutionError)]
    [InlineData(HttpRequestError.SecureConnectionError)]
    public async Task Service_that_cannot_be_reached_is_not_asked_for_half_a_second(HttpRequestError reason)
    {
        var time = new ShiftedTime();
        var server = new FakeServer(HttpStatusCode.OK) { Failure = new HttpRequestException(reason) };
        using var client = Client(server, time: time);
        for (var i = 0; i < 10; i++)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(client, "POST"));
        }

        await Assert.ThrowsAsync<BrokenCircuitException>(() => SendAsync(client, "POST"));
        Assert.Equal(10, server.Calls);

        server.Failure = null;
        time.Shift += TimeSpan.FromMilliseconds(501);
        for (var i = 0; i < 10; i++)
        {
            using var response = await SendAsync(client, "POST");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task Connection_that_times_out_counts_as_unreachable()
    {
        var server = new FakeServer(HttpStatusCode.OK) { Failure = new TaskCanceledException("…", new TimeoutException()) };
        using var client = Client(server);
        for (var i = 0; i < 10; i++)
        {
            await Assert.ThrowsAsync<TaskCanceledException>(() => SendAsync(client, "POST"));
        }

        await Assert.ThrowsAsync<BrokenCircuitException>(() => SendAsync(client, "POST"));
    }

    /// <summary>One row, one caller or one operation may be the reason, which must not take the tools from everybody.</summary>
    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.GatewayTimeout)]
    public async Task Service_that_answers_is_asked_on_whatever_it_says(HttpStatusCode status)
    {
        var server = new FakeServer(status);
        using var client = Client(server);

        for (var i = 0; i < 200; i++)
        {
            using var response = await SendAsync(client, "POST");
            Assert.Equal(status, response.StatusCode);
        }

        Assert.Equal(200, server.Calls);
    }

    [Fact]
    public async Task Attempts_that_time_out_do_not_open_the_circuit()
    {
        var server = new FakeServer { Hangs = true };
        using var client = Client(server, options => options.AttemptTimeout.Timeout = TimeSpan.FromMilliseconds(10));

        for (var i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<TimeoutRejectedException>(() => SendAsync(client, "POST"));
        }

        Assert.Equal(20, server.Calls);
    }

    [Fact]
    public async Task Limit_of_the_caller_is_not_used_up_by_repeating()
    {
        var server = new FakeServer(HttpStatusCode.TooManyRequests, HttpStatusCode.OK);
        using var client = Client(server);

        using var response = await SendAsync(client, "GET");

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(1, server.Calls);
    }

    [Fact]
    public async Task Service_that_is_away_does_not_take_another_with_it()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.AddServiceDefaults();
        builder.Services.AddHttpClient("test").ConfigurePrimaryHttpMessageHandler(() => new OneIsAway());
        using var host = builder.Build();
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("test");
        for (var i = 0; i < 10; i++)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(client, "POST", new Uri("http://away/")));
        }

        await Assert.ThrowsAsync<BrokenCircuitException>(() => SendAsync(client, "POST", new Uri("http://away/")));
        using var response = await SendAsync(client, "POST", new Uri("http://other/"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Answer_that_says_when_to_come_again_is_not_waited_for()
    {
        var server = new FakeServer(HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK) { RetryAfter = TimeSpan.FromHours(1) };
        using var client = Client(server);

        using var response = await SendAsync(client, "GET");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
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

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, Uri? address = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address ?? Address);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static HttpClient Client(
        FakeServer server, Action<HttpStandardResilienceOptions>? configure = null, TimeProvider? time = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(time ?? TimeProvider.System);
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

        public Exception? Failure { get; set; }

        public TimeSpan? RetryAfter { get; init; }

        public int Calls { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Calls++;
            if (Hangs)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            if (Failure is not null)
            {
                throw Failure;
            }

            var response = new HttpResponseMessage(statuses[Math.Min(Calls, statuses.Length) - 1]);
            if (RetryAfter is { } wait)
            {
                response.Headers.RetryAfter = new(wait);
            }

            return response;
        }
    }

    private sealed class OneIsAway : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.RequestUri!.Host == "away"
                ? throw new HttpRequestException(HttpRequestError.ConnectionError)
                : Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
    }
}
