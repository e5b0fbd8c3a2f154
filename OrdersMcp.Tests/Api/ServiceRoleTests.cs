using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrdersMcp.Api.Data.Setup;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

/// <summary>The rights of the service in its database.</summary>
[Trait("Category", "Postgres")]
public sealed class ServiceRoleTests(ApiFixture api, PostgresFixture postgres) : IClassFixture<ApiFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private NpgsqlDataSource Database => api.Services.GetRequiredService<NpgsqlDataSource>();

    [Theory]
    [InlineData("CREATE TABLE mine (id int)")]
    [InlineData("ALTER TABLE orders ADD COLUMN mine int")]
    [InlineData("ALTER TABLE tool_calls DISABLE TRIGGER ALL")]
    [InlineData("DROP TABLE tool_calls")]
    [InlineData("DROP INDEX ix_orders_total")]
    [InlineData("CREATE INDEX mine ON orders (total)")]
    [InlineData("CREATE OR REPLACE FUNCTION notify_order_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'")]
    [InlineData("TRUNCATE tool_calls")]
    [InlineData("UPDATE tool_calls SET outcome = 'ok'")]
    [InlineData("DELETE FROM tool_calls")]
    [InlineData("UPDATE order_events SET reason = 'other'")]
    [InlineData("DELETE FROM order_events")]
    [InlineData("DELETE FROM orders")]
    [InlineData("UPDATE orders SET total = 0")]
    [InlineData("UPDATE products SET unit_price = 0")]
    [InlineData("UPDATE customers SET name = 'other'")]
    [InlineData("DELETE FROM \"__EFMigrationsHistory\"")]
    [InlineData("SELECT value FROM service_keys")]
    [InlineData("CREATE ROLE mine")]
    public async Task Service_has_only_the_rights_that_it_needs(string sql)
    {
        await using var command = Database.CreateCommand(sql);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancellation));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task Service_owns_nothing_and_stays_in_its_role_when_a_connection_is_reused()
    {
        await using var connection = await Database.OpenConnectionAsync(Cancellation);
        foreach (var sql in new[] { "SELECT 1", "RESET ROLE", "RESET ALL", "DISCARD ALL" })
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(Cancellation);
            await using var who = new NpgsqlCommand("SELECT current_user::text", connection);
            Assert.Equal(ServiceRole.DefaultName, await who.ExecuteScalarAsync(Cancellation));
        }

        await using var owned = Database.CreateCommand(
            "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = 'orders_service'");
        Assert.Equal(0L, await owned.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Service_works_with_its_own_login_while_the_owner_migrates()
    {
        var owner = await postgres.CreateDatabaseAsync();
        var login = $"login_{Guid.NewGuid():N}";
        await using (var database = NpgsqlDataSource.Create(owner))
        {
            await using var create = database.CreateCommand($"CREATE ROLE {login} LOGIN");
            await create.ExecuteNonQueryAsync(Cancellation);
        }

        var service = new NpgsqlConnectionStringBuilder(owner) { Username = login }.ConnectionString;
        await using var started = new ApiFactory(
            service, demo: true, environment: "Development", ("ConnectionStrings:ordersdb-migrations", owner));
        await started.IsReadyAsync(Cancellation);
        using var client = started.CreateClient();

        Assert.Equal(17, await client.PlaceOrderAsync());
        Assert.Equal(HttpStatusCode.OK, (await client.WriteAsync("/admin/demo-data", body: null)).Status);
        Assert.Equal(17, await client.PlaceOrderAsync());
    }

    [Fact]
    public async Task Service_works_as_its_login_when_no_role_is_set()
    {
        await using var started = new ApiFactory(
            await postgres.CreateDatabaseAsync(), demo: true, environment: "Production", (ServiceRole.Setting, ""));
        await started.IsReadyAsync(Cancellation);

        await using var who = started.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT current_user::text");
        Assert.Equal("postgres", await who.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Missing_role_that_cannot_be_created_is_named_with_advice()
    {
        var owner = await postgres.CreateDatabaseAsync();
        var login = $"login_{Guid.NewGuid():N}";
        await using var database = NpgsqlDataSource.Create(owner);
        await using (var create = database.CreateCommand(
            $"CREATE ROLE {login} LOGIN; GRANT CREATE ON SCHEMA public TO {login}"))
        {
            await create.ExecuteNonQueryAsync(Cancellation);
        }

        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(owner) { Username = login }.ConnectionString);
        await connection.OpenAsync(Cancellation);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => ServiceRole.EnsureAsync(connection, $"role_{Guid.NewGuid():N}", login, Cancellation));

        Assert.Contains(ServiceRole.Setting, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_role_name_ends_the_start()
    {
        using var started = new ApiFactory(
            "Host=none", demo: true, environment: "Production", (ServiceRole.Setting, "a b; DROP"));

        var failure = Assert.ThrowsAny<Exception>(started.CreateClient);

        Assert.Contains(ServiceRole.Setting, failure.ToString(), StringComparison.Ordinal);
    }
}
