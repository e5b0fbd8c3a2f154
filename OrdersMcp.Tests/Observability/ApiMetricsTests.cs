using System.Text;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Observability;

/// <summary>
/// The metrics that the API exports besides its business metrics. The API runs in its own process, because the database driver
/// has one meter for a whole process.
/// </summary>
[Trait("Category", "Postgres")]
public sealed class ApiMetricsTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Requests_pools_and_runtime_are_measured_and_pools_have_names()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var api = await ApiProcess.StartAsync(
            await postgres.CreateDatabaseAsync(),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
            ("Authentication:AllowAnonymous", "true"));
        await Until.HealthyAsync(new Uri($"{api.Address}/health"));

        using var orders = await OutsideClient.Shared.GetAsync(new Uri($"{api.Address}/orders?limit=1"), TestContext.Current.CancellationToken);
        Assert.True(orders.IsSuccessStatusCode, api.Output);
        string[] names =
            ["http.server.request.duration", "db.client.connection.count", "db.client.connection.max", "db.client.operation.duration", "dotnet.gc.collections"];
        await Until.TrueAsync(
            () => Task.FromResult(names.All(name => collector.Has("metrics", Encoding.UTF8.GetBytes(name)))),
            TimeSpan.FromSeconds(30),
            () => $"Not measured: {string.Join(", ", names.Where(name => !collector.Has("metrics", Encoding.UTF8.GetBytes(name))))}");
        await api.StopAsync(); // exports the remaining measurements

        // An attribute in protobuf: the key, and a value (field 2) that is a text (field 1), each after its length.
        Assert.True(collector.Has("metrics", "db.client.connection.pool.name\u0012\u000a\u000a\u0008ordersdb"u8));
        // A pool without a name is named by its connection string.
        Assert.Null(collector.Around("metrics", Encoding.UTF8.GetBytes("Application Name=")));
    }
}
