using Microsoft.AspNetCore.TestHost;
using OrdersMcp.Tests.Api;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Observability;

/// <summary>What the API exports as metrics, beside what it says of the shop.</summary>
public sealed class ApiMetricsTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Requests_pools_and_runtime_are_measured_and_pools_have_names()
    {
        var signals = new RecordedSignals();
        await using var factory = new ApiFactory(await postgres.CreateDatabaseAsync());
        await using var api = factory.WithWebHostBuilder(builder => builder.ConfigureTestServices(signals.Configure));
        using var client = api.CreateClient();
        using var ready = await client.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
        string[] expected = ["http.server.request.duration", "db.client.connection.count", "db.client.connection.max", "db.client.operation.duration", "dotnet.gc.collections"];

        // The pool is there once the database is migrated and a request has used it.
        var isThere = SpinWait.SpinUntil(
            () => client.GetAsync(new Uri("/orders?limit=1", UriKind.Relative)).GetAwaiter().GetResult().IsSuccessStatusCode
                && expected.All(name => signals.Collect().Any(point => point.Name == name)),
            TimeSpan.FromSeconds(60));

        Assert.True(isThere, string.Join(", ", signals.Points.Select(point => point.Name).Distinct()));
        var pools = signals.Points.Where(point => point.Name == "db.client.connection.count").Select(point => (string)point.Tags["db.client.connection.pool.name"]!).ToArray();
        Assert.Contains("ordersdb", pools);
        // The tests' own pools are heard as well; the connection strings of the service name it.
        Assert.DoesNotContain(pools, pool => pool.Contains("Application Name=ordersmcp-api", StringComparison.OrdinalIgnoreCase));
    }
}
