using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrdersMcp.ServiceDefaults.Start;

/// <summary>Starts a host whose program reports a failed start itself (<see cref="StartFailure"/>).</summary>
public static class StartExtensions
{
    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";

    /// <summary>
    /// Keeps the host from logging errors, with their stack traces, before it has started: the program reports them. Failures
    /// of background services are critical and still logged.
    /// </summary>
    public static void LeaveStartFailureToProgram(this IHostApplicationBuilder builder)
    {
        var started = CancellationToken.None;
        builder.Services.AddOptions<HostOptions>()
            .Configure<IHostApplicationLifetime>((_, lifetime) => started = lifetime.ApplicationStarted);
        builder.Logging.AddFilter(
            Host, level => level >= LogLevel.Information && (level != LogLevel.Error || started.IsCancellationRequested));
    }

    /// <summary>Checks all options before anything is started.</summary>
    /// <exception cref="OptionsValidationException">A setting is not valid.</exception>
    /// <exception cref="AggregateException">Several options are not valid.</exception>
    public static void CheckSettings(this IHost host) => host.Services.GetService<IStartupValidator>()?.Validate();

    /// <summary>
    /// Serves until the process is asked to stop. After a failed start, stops the background services that already run
    /// before the exception propagates.
    /// </summary>
    /// <exception cref="IOException">The port is in use.</exception>
    public static async Task ServeAsync(this WebApplication app)
    {
        await using (app)
        {
            try
            {
                await app.StartAsync();
            }
            catch
            {
                await app.StopAsync();
                throw;
            }

            await app.WaitForShutdownAsync();
        }
    }
}
