using Microsoft.Extensions.Options;
using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary><c>migrate</c>: prepares the database in a job before a deployment, instead of at each start of the service.</summary>
internal static class MigrateCommand
{
    private const int Failure = 1;
    private const int InvalidSetting = 2;

    /// <returns>The exit code: 0, 2 for a missing or invalid setting, 1 for a failure.</returns>
    public static async Task<int> RunAsync(
        string[] settings, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder(settings); // reads the settings as the service does
        builder.Logging.ClearProviders(); // the command reports its outcome itself
        builder.AddOrdersDatabase();
        // The host is not started, so the background services do not run.
        await using var host = builder.Build();
        try
        {
            host.Services.GetService<IStartupValidator>()?.Validate();
            await host.Services.GetRequiredService<DatabasePreparation>().PrepareAsync(cancellationToken);
            await output.WriteLineAsync("The orders database is migrated.");
            return 0;
        }
        catch (OptionsValidationException exception)
        {
            await error.WriteLineAsync(string.Join(Environment.NewLine, exception.Failures));
            return InvalidSetting;
        }
        catch (Exception exception) when (exception is InvalidOperationException or NpgsqlException or TimeoutException)
        {
            await error.WriteLineAsync(exception.Message);
            return Failure;
        }
    }
}
