using Microsoft.AspNetCore.Connections;

namespace OrdersMcp.Api;

/// <summary>
/// A port that another program listens on ends the start with one line on standard error. The host would log a stack trace,
/// which says no more.
/// </summary>
internal static class TakenPort
{
    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";

    /// <summary>
    /// Until the service has started, the host leaves its errors to <see cref="RunAsync"/>, which throws all but this one. The
    /// failure of a background service is still logged, as critical.
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
                await app.StopAsync(); // the background services run already
                await error.WriteLineAsync(exception.Message);
                return 1;
            }

            await app.WaitForShutdownAsync();
            return 0;
        }
    }
}
