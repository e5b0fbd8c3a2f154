using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrdersMcp.ServiceDefaults;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.ServiceDefaults;

/// <summary>A stopping service is no longer ready, still answers for a while, and then closes.</summary>
[Trait("Category", "Unit")]
public sealed class DrainTests
{
    [Fact]
    public async Task Stopping_service_answers_requests_while_its_readiness_fails_and_then_closes()
    {
        var time = new HeldTime(TimeSpan.FromSeconds(120));
        await using var app = await StartAsync(time, drainSeconds: 120);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/health"));

        var stopping = app.StopAsync(TestContext.Current.CancellationToken);

        await time.WhenHeld.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(app, "/health"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/alive"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/"));
        Assert.False(stopping.IsCompleted);
        var address = AddressOf(app);
        time.Release();
        await stopping;
        await Assert.ThrowsAsync<HttpRequestException>(() => OutsideClient.Shared.GetAsync(address, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Service_stops_at_once_unless_it_is_told_to_drain()
    {
        var time = new HeldTime(TimeSpan.FromSeconds(120));
        await using var app = await StartAsync(time, drainSeconds: 0);

        await app.StopAsync(TestContext.Current.CancellationToken);

        Assert.False(time.WhenHeld.IsCompleted);
    }

    [Fact]
    public async Task Draining_takes_nothing_from_the_time_for_running_requests()
    {
        await using var without = await StartAsync(TimeProvider.System, drainSeconds: 0);
        await using var with = await StartAsync(TimeProvider.System, drainSeconds: 1);

        Assert.Equal(TimeoutOf(without) + TimeSpan.FromSeconds(1), TimeoutOf(with));

        static TimeSpan TimeoutOf(WebApplication app) => app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(301)]
    public async Task Wrong_number_of_seconds_is_named(int seconds)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(TimeProvider.System, seconds));

        Assert.Contains("Shutdown:DrainSeconds", failure.ToString(), StringComparison.Ordinal);
    }

    private static async Task<WebApplication> StartAsync(TimeProvider time, int drainSeconds)
    {
        var builder = WebApplication.CreateBuilder([$"--Shutdown:DrainSeconds={drainSeconds}"]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(time);
        builder.AddServiceDefaults();
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapGet("/", () => "here");
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static Uri AddressOf(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    private static async Task<HttpStatusCode> StatusAsync(WebApplication app, string path)
    {
        using var response = await OutsideClient.Shared.GetAsync(new Uri(AddressOf(app), path), TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    /// <summary>A clock on which the test ends the timers of one duration.</summary>
    private sealed class HeldTime(TimeSpan length) : TimeProvider
    {
        private readonly ConcurrentQueue<ITimer> _held = new();
        private readonly TaskCompletionSource _whenHeld = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task WhenHeld => _whenHeld.Task;

        public void Release()
        {
            while (_held.TryDequeue(out var timer))
            {
                timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != length)
            {
                return base.CreateTimer(callback, state, dueTime, period);
            }

            var timer = base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period);
            _held.Enqueue(timer);
            _whenHeld.TrySetResult();
            return timer;
        }
    }
}
