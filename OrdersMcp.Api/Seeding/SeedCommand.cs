using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using OrdersMcp.Api.Data.Setup;

namespace OrdersMcp.Api.Seeding;

/// <summary><c>seed --orders N</c>: fills a database with invented orders, for trying the service at size.</summary>
internal static class SeedCommand
{
    private const int MostOrders = 10_000_000;

    /// <returns>The exit code: 0, or 2 when the arguments are wrong, or 1 when it cannot be done.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not ["seed", "--orders", var number, ..]
            || !int.TryParse(number, CultureInfo.InvariantCulture, out var orders)
            || orders is < 1 or > MostOrders)
        {
            await Console.Error.WriteLineAsync(
                $"Usage: seed --orders N, with N from 1 to {MostOrders}. The database is ConnectionStrings__ordersdb.");
            return 2;
        }

        try
        {
            var builder = Host.CreateApplicationBuilder(args);
            builder.Logging.ClearProviders(); // what there is to say is said below
            builder.AddOrdersDatabase();
            // The host is not started: the migrator and the rest of its services stay at rest.
            using var host = builder.Build();
            var owner = host.Services.GetRequiredService<OwnerDatabase>();
            await using (var db = owner.OpenContext())
            {
                await db.Database.MigrateAsync();
            }

            await new BulkSeed(owner.Source, Console.WriteLine)
                .RunAsync(orders, CancellationToken.None);
            return 0;
        }
        catch (Exception exception) when (exception is InvalidOperationException or NpgsqlException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }
}
