using System.Diagnostics.Metrics;
using OrdersMcp.Api.Data;

namespace OrdersMcp.Api.Telemetry;

/// <summary>Business metrics (docs/orders-api.md, "Metrics"). Labels contain no ids and no names.</summary>
internal sealed class OrdersMetrics
{
    public const string MeterName = "OrdersMcp.Api";

    private readonly Counter<long> _created;
    private readonly Counter<long> _cancelled;
    private readonly Counter<long> _shortages;
    private readonly Counter<double> _revenue;
    private readonly Counter<long> _replays;
    private readonly UpDownCounter<long> _streams;

    public OrdersMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _created = meter.CreateCounter<long>("orders.created", "{order}", "Orders placed.");
        _cancelled = meter.CreateCounter<long>("orders.cancelled", "{order}", "Orders cancelled.");
        _shortages = meter.CreateCounter<long>(
            "orders.stock_shortages", "{order}", "Orders rejected because stock was short.");
        _revenue = meter.CreateCounter<double>(
            "orders.revenue", "{currency}", "Totals of the orders placed, in units of the currency, including orders cancelled later.");
        _replays = meter.CreateCounter<long>(
            "orders.idempotent_replays", "{request}", "Repeated writes that received the stored response of the first.");
        _streams = meter.CreateUpDownCounter<long>("orders.change_streams", "{stream}", "Open change streams.");
    }

    public void OrderCreated(Order order)
    {
        _created.Add(1);
        _revenue.Add((double)order.Total, new KeyValuePair<string, object?>("currency", order.Currency));
    }

    public void OrderCancelled() => _cancelled.Add(1);

    public void StockShort() => _shortages.Add(1);

    public void Replayed() => _replays.Add(1);

    public void StreamOpened() => _streams.Add(1);

    public void StreamClosed() => _streams.Add(-1);
}
