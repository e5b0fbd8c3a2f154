using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class AdministrationTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Service_information_names_version_and_migration()
    {
        await using var api = await StartAsync("Production");

        var service = await api.CreateClient().GetOkAsync("/admin/service");

        Assert.Equal("Production", service.GetProperty("environment").GetString());
        Assert.StartsWith("1.0.0-preview.1", service.GetProperty("version").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            await api.WithDatabaseAsync(db => Task.FromResult(db.Database.GetMigrations().Last())), service.GetProperty("migration").GetString());
        Assert.NotEmpty(service.GetProperty("databaseVersion").GetString()!);
    }

    [Fact]
    public async Task Demo_data_is_reset_in_Development()
    {
        await using var api = await StartAsync("Development");
        var client = api.CreateClient();
        await client.PlaceOrderAsync("LAP-14", 3);

        var answer = await client.WriteAsync("/admin/demo-data", body: null, ("Idempotency-Key", "reset"));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(16, answer.Body.GetProperty("orders").GetInt32());
        Assert.Equal(25, (await client.GetOkAsync("/products/LAP-14")).GetProperty("stock").GetInt32());
        Assert.Equal(17, await client.PlaceOrderAsync());
        Assert.True((await client.WriteAsync("/admin/demo-data", body: null, ("Idempotency-Key", "reset"))).IsReplayed);
    }

    /// <summary>Someone who tries the demo asks about the last week, whenever that is.</summary>
    [Theory]
    [InlineData("2031-05-06T07:08:09Z")]
    [InlineData("2032-01-01T00:00:00Z")]
    [InlineData("2032-03-01T23:59:59+14:00")]
    public async Task Demo_data_leads_up_to_the_moment_at_which_it_is_written(string moment)
    {
        var now = DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture);
        await using var api = new ApiFactory(
            await postgres.CreateDatabaseAsync(), demo: true, "Production", ("Seed:Until", moment));
        await api.IsReadyAsync(TestContext.Current.CancellationToken);
        var client = api.CreateClient();

        var monday = now.UtcDateTime.Date.AddDays(-(((int)now.UtcDateTime.DayOfWeek + 6) % 7));
        Assert.InRange(await CountAsync(monday.AddDays(-7), monday), 5, 7);
        Assert.InRange(await CountAsync(now.UtcDateTime.AddDays(-2), now.UtcDateTime), 1, 2);
        Assert.Equal(0, await CountAsync(now.UtcDateTime, DateTime.MaxValue.Date));
        Assert.False(await api.WithDatabaseAsync(db => db.OrderEvents.AnyAsync(change => change.At > now.ToUniversalTime())));

        async Task<int> CountAsync(DateTime from, DateTime before) =>
            (await client.GetOkAsync(string.Create(CultureInfo.InvariantCulture, $"/orders?limit=200&placedFrom={from:s}Z&placedBefore={before:s}Z")))
            .GetProperty("items").GetArrayLength();
    }

    [Fact]
    public async Task Demo_data_cannot_be_reset_outside_Development()
    {
        await using var api = await StartAsync("Production");

        (await api.CreateClient().WriteAsync("/admin/demo-data", body: null)).IsProblem(HttpStatusCode.NotFound, "route-not-found");
        Assert.DoesNotContain(
            "reset_demo_data", (await api.CreateClient().GetOkAsync("/openapi/v1.json")).GetRawText(), StringComparison.Ordinal);
    }

    private async Task<ApiFactory> StartAsync(string environment)
    {
        var api = new ApiFactory(await postgres.CreateDatabaseAsync(), environment: environment);
        await api.IsReadyAsync(TestContext.Current.CancellationToken);
        return api;
    }
}
