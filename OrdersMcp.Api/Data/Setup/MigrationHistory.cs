using System.Reflection;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>
/// Reads the migrations of the database without EF Core. Building the EF Core model takes a second, and a start with nothing
/// to migrate need not wait for it.
/// </summary>
internal static class MigrationHistory
{
    private const string Table = $"\"{HistoryRepository.DefaultTableName}\"";

    private static readonly string[] Known =
        [.. typeof(OrdersDbContext).Assembly.GetTypes().Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id).OfType<string>()];

    /// <summary>Whether all migrations of this program are applied. A newer program may have applied more.</summary>
    public static async Task<bool> IsCompleteAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var isThere = new NpgsqlCommand("SELECT to_regclass($1) IS NOT NULL", connection) { Parameters = { new() { Value = Table } } };
        if (await isThere.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return false;
        }

        await using var read = new NpgsqlCommand($"""SELECT "MigrationId" FROM {Table}""", connection);
        await using var row = await read.ExecuteReaderAsync(cancellationToken);
        var missing = Known.ToHashSet(StringComparer.Ordinal);
        while (await row.ReadAsync(cancellationToken))
        {
            missing.Remove(row.GetString(0));
        }

        return missing.Count == 0;
    }
}
