using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrdersMcp.ServiceDefaults.Shutdown;

/// <summary>
/// Delays the end of all other services by <see cref="ShutdownOptions.DrainSeconds"/>. <c>StoppingAsync</c> comes before the
/// host stops any service, and so before the web server stops to listen.
/// </summary>
internal sealed partial class Drain(
    IHostApplicationLifetime lifetime, IOptions<ShutdownOptions> options, TimeProvider time, ILogger<Drain> logger)
    : IHostedLifecycleService, IHealthCheck
{
    private volatile bool _isStopping;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        if (options.Value.DrainSeconds > 0)
        {
            LogDraining(options.Value.DrainSeconds);
            // There is no condition to wait for: nobody tells a service that no proxy will send it another request.
            await Task.Delay(TimeSpan.FromSeconds(options.Value.DrainSeconds), time, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_isStopping || lifetime.ApplicationStopping.IsCancellationRequested
            ? HealthCheckResult.Unhealthy("The service is stopping.")
            : HealthCheckResult.Healthy());

    [LoggerMessage(LogLevel.Information, "Stopping: not ready any more, and closing in {Seconds} s")]
    private partial void LogDraining(int seconds);
}
