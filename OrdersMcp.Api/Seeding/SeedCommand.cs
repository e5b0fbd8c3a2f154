using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using OrdersMcp.Api.Data.Setup;

namespace OrdersMcp.Api.Seeding;

/// <summary><c>seed --orders N</c>: fills a database with generated orders, to try the service with much data.</summary>
internal static class SeedCommand
{
    /// <returns>The exit code: 0, or 1 for a failure.</returns>
    public static async Task<int> RunAsync(
        int orders, string[] settings, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            var builder = Host.CreateApplicationBuilder(settings);
            builder.Logging.ClearProviders(); // the command reports its progress itself
            builder.AddOrdersDatabase();
            // The host does not start: the migrator and the other services stay idle.
            using var host = builder.Build();
            var owner = host.Services.GetRequiredService<OwnerDatabase>();
            await using (var db = owner.OpenContext())
            {
                await db.Database.MigrateAsync(cancellationToken);
            }

            var until = host.Services.GetRequiredService<IOptions<SeedOptions>>().Value.EndOfData(
                host.Services.GetRequiredService<TimeProvider>());
            if (await new BulkSeed(owner.Source, output.WriteLine).RunAsync(orders, until, cancellationToken))
            {
                return 0;
            }

            await error.WriteLineAsync("The database has already been seeded. Use a new database.");
            return 1;
        }
        catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException or NpgsqlException)
        {
            await error.WriteLineAsync(exception.Message);
            return 1;
        }
    }
}
