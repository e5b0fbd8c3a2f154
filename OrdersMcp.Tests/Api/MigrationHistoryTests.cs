using Microsoft.EntityFrameworkCore;
using Npgsql;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Data.Setup;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

/// <summary>Reading the migrations at start, without the EF Core model.</summary>
[Trait("Category", "Postgres")]
public sealed class MigrationHistoryTests(PostgresFixture postgres)
{
    private const string Newest = """(SELECT max("MigrationId") FROM "__EFMigrationsHistory")""";

    [Fact]
    public async Task New_database_lacks_all_migrations()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());

        Assert.False(await IsCompleteAsync(database));
    }

    [Theory]
    [InlineData("SELECT 1", true)]
    [InlineData($"""DELETE FROM "__EFMigrationsHistory" WHERE "MigrationId" = {Newest}""", false)]
    [InlineData("""DELETE FROM "__EFMigrationsHistory" WHERE "MigrationId" = (SELECT min("MigrationId") FROM "__EFMigrationsHistory")""", false)]
    [InlineData("""INSERT INTO "__EFMigrationsHistory" VALUES ('99990101000000_OfANewerProgram', '99.0.0')""", true)]
    public async Task History_is_complete_when_it_has_every_migration_of_this_program(string statement, bool isComplete)
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var db = new OrdersDbContext(new DbContextOptionsBuilder<OrdersDbContext>().UseNpgsql(connectionString).Options);
        await db.Database.MigrateAsync(TestContext.Current.CancellationToken);
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var change = database.CreateCommand(statement);
        await change.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        Assert.Equal(isComplete, await IsCompleteAsync(database));
    }

    private static async Task<bool> IsCompleteAsync(NpgsqlDataSource database)
    {
        await using var connection = await database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        return await MigrationHistory.IsCompleteAsync(connection, TestContext.Current.CancellationToken);
    }
}
