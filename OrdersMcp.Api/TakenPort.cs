using Microsoft.AspNetCore.Connections;

namespace OrdersMcp.Api;

/// <summary>
/// Ends the start with one line on standard error if another program uses the port. The host alone would log a stack
/// trace.
/// </summary>
internal static class TakenPort
{
    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";

    /// <summary>
    /// Stops the host from logging errors until the service has started: <see cref="RunAsync"/> reports a taken port and
    /// throws all other errors. Failures of background services are still logged as critical.
    /// </summary>
    public static void LeaveStartFailureToProgram(this WebApplicationBuilder builder)
    {
        var started = CancellationToken.None;
        builder.Services.AddOptions<HostOptions>()
            .Configure<IHostApplicationLifetime>((_, lifetime) => started = lifetime.ApplicationStarted);
        builder.Logging.AddFilter(
            Host, level => level >= LogLevel.Information && (level != LogLevel.Error || started.IsCancellationRequested));
    }

    /// <returns>The exit code: 0, or 1 when the port is taken.</returns>
    public static async Task<int> RunAsync(this WebApplication app, TextWriter error)
    {
        await using (app)
        {
            try
            {
                await app.StartAsync();
            }
            catch (IOException exception) when (exception.InnerException is AddressInUseException)
            {
                await app.StopAsync(); // the background services already run
                await error.WriteLineAsync(exception.Message);
                return 1;
            }

            await app.WaitForShutdownAsync();
            return 0;
        }
    }
}
