using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrdersMcp.ServiceDefaults.Shutdown;

/// <summary>
/// Delays the stop of all other services by <see cref="ShutdownOptions.DrainSeconds"/>. The host calls <c>StoppingAsync</c>
/// before it stops any service, and so before the web server closes its listeners.
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
            // A fixed delay: a service cannot detect that no proxy will send it another request.
            await Task.Delay(TimeSpan.FromSeconds(options.Value.DrainSeconds), time, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_isStopping || lifetime.ApplicationStopping.IsCancellationRequested
            ? HealthCheckResult.Unhealthy("The service is stopping.")
            : HealthCheckResult.Healthy());

    [LoggerMessage(LogLevel.Information, "Stopping: readiness fails now, and the listeners close in {Seconds} s")]
    private partial void LogDraining(int seconds);
}
