using Npgsql;
using OrdersMcp.Api.Seeding;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class SeedTests(PostgresFixture postgres)
{
    private const string Indexes =
        "SELECT string_agg(indexdef, E'\\n' ORDER BY indexdef) FROM pg_indexes WHERE schemaname = 'public'";

    private const string Constraints =
        "SELECT string_agg(conname || pg_get_constraintdef(oid), E'\\n' ORDER BY conname) FROM pg_constraint";

    private const string Fingerprint =
        "SELECT md5(string_agg(o::text, '' ORDER BY id)) FROM orders o WHERE note IS DISTINCT FROM ''";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Seed_gives_the_same_data_each_time_and_keeps_the_schema()
    {
        await using var one = await CreateAsync();
        await using var other = await CreateAsync();
        var (indexes, constraints) = (await TextAsync(one, Indexes), await TextAsync(one, Constraints));

        await new BulkSeed(one, _ => { }).RunAsync(500, ApiFactory.DemoUntil, Cancellation);
        await new BulkSeed(other, _ => { }).RunAsync(500, ApiFactory.DemoUntil, Cancellation);

        Assert.Equal(await TextAsync(one, Fingerprint), await TextAsync(other, Fingerprint));
        Assert.Equal("500", await TextAsync(one, "SELECT count(*)::text FROM orders"));
        Assert.Equal("0", await TextAsync(one,
            "SELECT count(*)::text FROM orders o WHERE total <> (SELECT sum(quantity * unit_price) FROM order_lines WHERE order_id = o.id)"));
        Assert.Equal("0", await TextAsync(one,
            "SELECT count(*)::text FROM orders o WHERE version <> (SELECT count(*) FROM order_events WHERE order_id = o.id)"));
        Assert.Equal(indexes, await TextAsync(one, Indexes));
        Assert.Equal(constraints, await TextAsync(one, Constraints));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(2000)]
    public async Task Orders_and_their_changes_lead_up_to_the_day_of_seeding(int orders)
    {
        await using var database = await CreateAsync();
        var day = new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);

        await new BulkSeed(database, _ => { }).RunAsync(orders, day, Cancellation);

        Assert.Equal("true", await TextAsync(database,
            $"""
            SELECT (max(placed_at) BETWEEN timestamptz '2031-05-06Z' - interval '{730 / orders + 1} days' AND '2031-05-06Z')::text
            FROM orders
            """));
        Assert.Equal("0", await TextAsync(database, "SELECT count(*)::text FROM order_events WHERE at > timestamptz '2031-05-06Z'"));
    }

    [Fact]
    public async Task Seed_is_refused_the_second_time()
    {
        await using var database = await CreateAsync();

        Assert.True(await new BulkSeed(database, _ => { }).RunAsync(10, ApiFactory.DemoUntil, Cancellation));
        Assert.False(await new BulkSeed(database, _ => { }).RunAsync(10, ApiFactory.DemoUntil, Cancellation));

        Assert.Equal("10", await TextAsync(database, "SELECT count(*)::text FROM orders"));
    }

    private static async Task<string?> TextAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (string?)await command.ExecuteScalarAsync(Cancellation);
    }

    private async Task<NpgsqlDataSource> CreateAsync()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var api = new ApiFactory(connectionString, demo: false);
        await api.IsReadyAsync(Cancellation);
        return NpgsqlDataSource.Create(connectionString);
    }
}
