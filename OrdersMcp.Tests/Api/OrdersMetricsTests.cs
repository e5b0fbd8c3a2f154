using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.Api.Telemetry;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class OrdersMetricsTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Metrics_count_only_committed_changes()
    {
        await using var api = new ApiFactory(await postgres.CreateDatabaseAsync());
        await api.IsReadyAsync(TestContext.Current.CancellationToken);
        using var client = api.CreateClient();
        var meters = api.Services.GetRequiredService<IMeterFactory>();
        var measured = new ConcurrentDictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == OrdersMetrics.MeterName && instrument.Meter.Scope == meters)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();

        var order = new { customerId = 1234, lines = new[] { new { sku = "CAB-UC", quantity = 2 } } };
        var placed = await client.WriteAsync("/orders", order, ("Idempotency-Key", "one"));
        await client.WriteAsync("/orders", order, ("Idempotency-Key", "one"));
        await client.WriteAsync("/orders", new { customerId = 1234, lines = new[] { new { sku = "BAG-15", quantity = 1 } } });
        await client.WriteAsync($"/orders/{placed.Id}/cancellation", new { reason = "Test." });
        await client.WriteAsync($"/orders/{placed.Id}/cancellation", new { reason = "Test." }); // rejected

        Assert.Equal(
            ["orders.cancelled=1", "orders.created=1", "orders.idempotent_replays=1", "orders.revenue USD=38", "orders.stock_shortages=1"],
            measured.Select(entry => $"{entry.Key}={entry.Value}").Order(StringComparer.Ordinal));

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var name = instrument.Name;
            foreach (var tag in tags)
            {
                name += $" {tag.Value}";
            }

            measured.AddOrUpdate(name, value, (_, sum) => sum + value);
        }
    }
}
