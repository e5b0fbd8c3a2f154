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
