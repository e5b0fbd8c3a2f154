using Npgsql;
using OrdersMcp.Api.Data;

namespace OrdersMcp.Api.Statistics;

/// <summary>
/// Aggregates orders in the database: from the covering index of orders by time, or from the lines if the groups are
/// products.
/// </summary>
internal static class StatisticsQueries
{
    // Cancelled orders bring no revenue. They count only in statistics by status.
    private const string Sold = "o.status <> 'cancelled'";

    // Aggregates over all orders need memory for the groups instead of temporary files, a realistic cost for index scans,
    // and no JIT compilation, which would take longer than the query.
    private const string Settings =
        "SET LOCAL work_mem = '64MB'; SET LOCAL random_page_cost = 1.1; SET LOCAL jit = off";

    private const string Period =
        "o.placed_at >= coalesce($1, '-infinity'::timestamptz) AND o.placed_at < coalesce($2, 'infinity'::timestamptz)";

    public static Task<OrderStatistics> AggregateAsync(
        this NpgsqlDataSource database, OrderStatisticsParameters parameters, long? onlyCustomer, CancellationToken cancellationToken) =>
        database.UseAsync(connection => AggregateAsync(connection, parameters, onlyCustomer, cancellationToken), cancellationToken);

    private static async Task<OrderStatistics> AggregateAsync(
        NpgsqlConnection connection, OrderStatisticsParameters parameters, long? onlyCustomer, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var settings = new NpgsqlCommand(Settings, connection))
        {
            await settings.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var command = new NpgsqlCommand(
            SqlOf(parameters.GroupBy?.Value ?? StatisticsGroup.None, onlyCustomer is not null), connection);
        command.Parameters.Add(Time(parameters.PlacedFrom));
        command.Parameters.Add(Time(parameters.PlacedBefore));
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = parameters.Limit + 1 });
        if (onlyCustomer is { } customer)
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = customer });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var groups = new List<OrderStatisticsGroup>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var (orders, revenue) = (reader.GetInt64(3), reader.GetDecimal(4));
            groups.Add(new OrderStatisticsGroup(
                reader.GetString(0),
                await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetString(1),
                reader.GetString(2),
                orders,
                revenue,
                decimal.Round(revenue / orders, 2, MidpointRounding.AwayFromZero)));
        }

        var isTruncated = groups.Count > parameters.Limit;
        if (isTruncated)
        {
            groups.RemoveAt(groups.Count - 1);
        }

        return new OrderStatistics(groups, isTruncated);
    }

    /// <summary>The statement. For a caller bound to a customer it covers only the orders of that customer ($4).</summary>
    private static string SqlOf(StatisticsGroup group, bool isBound) => isBound
        ? SqlOf(group).Replace(Period, Period + (group == StatisticsGroup.Product
            ? $" AND EXISTS (SELECT FROM orders b WHERE b.id = o.order_id AND {CustomerBinding.BoundCondition("b.customer_id", "$4")})"
            : $" AND {CustomerBinding.BoundCondition("o.customer_id", "$4")}"))
        : SqlOf(group);

    private static string SqlOf(StatisticsGroup group) => group switch
    {
        StatisticsGroup.Day => ByTime("day"),
        StatisticsGroup.Week => ByTime("week"),
        StatisticsGroup.Status =>
            $"""
            SELECT o.status, NULL, o.currency, count(*), sum(o.total) AS revenue
            FROM orders o WHERE {Period} GROUP BY o.status, o.currency ORDER BY revenue DESC, o.status LIMIT $3
            """,
        StatisticsGroup.Customer =>
            $"""
            SELECT g.customer_id::text, c.name, g.currency, g.orders, g.revenue
            FROM (
                SELECT o.customer_id, o.currency, count(*) AS orders, sum(o.total) AS revenue
                FROM orders o WHERE {Period} AND {Sold} GROUP BY o.customer_id, o.currency
                ORDER BY revenue DESC, o.customer_id LIMIT $3) g
            JOIN customers c ON c.id = g.customer_id
            ORDER BY g.revenue DESC, g.customer_id
            """,
        StatisticsGroup.Product =>
            $"""
            SELECT g.sku, p.name, g.currency, g.orders, g.revenue
            FROM (
                SELECT o.sku, o.currency, count(*) AS orders, sum(o.quantity * o.unit_price) AS revenue
                FROM order_lines o
                WHERE {Period} AND NOT EXISTS (
                    SELECT FROM orders c WHERE c.id = o.order_id AND c.status = 'cancelled')
                GROUP BY o.sku, o.currency
                ORDER BY revenue DESC, o.sku LIMIT $3) g
            JOIN products p ON p.sku = g.sku
            ORDER BY g.revenue DESC, g.sku
            """,
        _ =>
            $"""
            SELECT 'all', NULL, o.currency, count(*), sum(o.total) AS revenue
            FROM orders o WHERE {Period} AND {Sold} GROUP BY o.currency ORDER BY revenue DESC LIMIT $3
            """,
    };

    private static string ByTime(string unit) =>
        $"""
        SELECT to_char(g.start, 'YYYY-MM-DD'), NULL, g.currency, g.orders, g.revenue
        FROM (
            SELECT date_trunc('{unit}', o.placed_at AT TIME ZONE 'UTC') AS start, o.currency,
                   count(*) AS orders, sum(o.total) AS revenue
            FROM orders o WHERE {Period} AND {Sold} GROUP BY start, o.currency
            ORDER BY start DESC, o.currency LIMIT $3) g
        """;

    private static NpgsqlParameter Time(DateTimeOffset? time) => new()
    {
        Value = time is { } value ? value.ToDatabaseBound().UtcDateTime : DBNull.Value,
        NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz,
    };
}
