using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Data.Setup;

namespace OrdersMcp.Api.Seeding;

/// <summary>
/// Writes a <see cref="GeneratedShop"/> by binary COPY in one transaction. It drops indexes and foreign keys first, and
/// creates them again at the end, which also checks the rows.
/// </summary>
internal sealed class BulkSeed(NpgsqlDataSource database, Action<string> report)
{
    private const int ChunkSize = 25_000;
    private const int ReportEvery = 100_000;
    private const string Tables = "orders, order_lines, order_events, customers, products";
    private const NpgsqlDbType Text = NpgsqlDbType.Varchar, Time = NpgsqlDbType.TimestampTz, Money = NpgsqlDbType.Numeric;

    private readonly Stopwatch _elapsed = Stopwatch.StartNew();

    /// <returns>Whether it wrote the orders: false if the database has already been seeded.</returns>
    public async Task<bool> RunAsync(int orders, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            await RunAsync(connection, "SET LOCAL maintenance_work_mem = '256MB'", cancellationToken);
            await RunAsync(connection, $"LOCK TABLE {Tables}", cancellationToken);
            var known = $"SELECT count(*) FROM products WHERE sku = '{GeneratedShop.SkuOf(0)}'";
            if (await NumberAsync(connection, known, cancellationToken) > 0)
            {
                return false;
            }

            var shop = new GeneratedShop(
                orders,
                await NumberAsync(connection, "SELECT coalesce(max(id), 0) + 1 FROM customers", cancellationToken),
                await NumberAsync(connection, "SELECT coalesce(max(id), 0) + 1 FROM orders", cancellationToken),
                until);
            // Nobody waits for notifications of generated orders, and there would be millions.
            await RunAsync(
                connection, $"ALTER TABLE order_events DISABLE TRIGGER {HandWrittenSql.OrderTrigger}", cancellationToken);
            var removed = await DroppedConstraints.RemoveAsync(connection, cancellationToken);
            await WriteAsync(connection, shop, orders, cancellationToken);
            foreach (var rule in removed.ToRestore)
            {
                Report($"{rule.Name}…");
                await RunAsync(connection, rule.Sql, cancellationToken);
            }

            await RunAsync(
                connection, $"ALTER TABLE order_events ENABLE TRIGGER {HandWrittenSql.OrderTrigger}", cancellationToken);
            await RunAsync(
                connection,
                """
                SELECT setval(pg_get_serial_sequence('customers', 'id'), (SELECT max(id) FROM customers)),
                       setval(pg_get_serial_sequence('orders', 'id'), (SELECT max(id) FROM orders))
                """,
                cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        // The planner needs the statistics, and index-only scans need the visibility map.
        Report("vacuum and analyze…");
        await RunAsync(connection, $"VACUUM (ANALYZE) {Tables}", cancellationToken);
        Report($"{orders:N0} orders written");
        return true;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<long> NumberAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task WriteAsync(
        NpgsqlConnection connection, GeneratedShop shop, int orders, CancellationToken cancellationToken)
    {
        const string Customers = "customers (id, name, email, status, created_at)";
        await CopyAsync(connection, Customers, shop.Customers(), (row, customer) =>
        {
            row.Write(customer.Id, NpgsqlDbType.Bigint);
            row.Write(customer.Name, Text);
            row.Write(customer.Email, Text);
            row.Write(customer.Status.ToString().ToLowerInvariant(), Text);
            row.Write(customer.CreatedAt, Time);
        }, cancellationToken);
        const string Products = "products (sku, name, description, unit_price, currency, stock)";
        await CopyAsync(connection, Products, shop.Products(), (row, product) =>
        {
            row.Write(product.Sku, Text);
            row.Write(product.Name, Text);
            row.Write(product.Description, Text);
            row.Write(product.UnitPrice, Money);
            row.Write(product.Currency, NpgsqlDbType.Char);
            row.Write(product.Stock, NpgsqlDbType.Bigint);
        }, cancellationToken);

        var written = 0;
        foreach (var chunk in shop.Orders().Chunk(ChunkSize))
        {
            await WriteOrdersAsync(connection, chunk, cancellationToken);
            written += chunk.Length;
            if (written % ReportEvery == 0)
            {
                Report($"{written:N0} of {orders:N0} orders ({100L * written / orders} %)");
            }
        }
    }

    private static async Task WriteOrdersAsync(
        NpgsqlConnection connection, Order[] orders, CancellationToken cancellationToken)
    {
        await CopyAsync(
            connection,
            "orders (id, customer_id, status, currency, total, note, search_terms, carrier, tracking_number, placed_at, "
            + "updated_at, version)",
            orders,
            (row, order) =>
            {
                row.Write(order.Id, NpgsqlDbType.Bigint);
                row.Write(order.CustomerId, NpgsqlDbType.Bigint);
                row.Write(TextOf(order.Status), Text);
                row.Write(order.Currency, NpgsqlDbType.Char);
                row.Write(order.Total, Money);
                WriteOrNull(row, order.Note);
                row.Write(order.SearchTerms, NpgsqlDbType.Text);
                WriteOrNull(row, order.Carrier);
                WriteOrNull(row, order.TrackingNumber);
                row.Write(order.PlacedAt, Time);
                row.Write(order.UpdatedAt, Time);
                row.Write(order.Version, NpgsqlDbType.Integer);
            },
            cancellationToken);
        await CopyAsync(
            connection,
            "order_lines (order_id, line_number, sku, name, quantity, unit_price, currency, placed_at)",
            orders.SelectMany(order => order.Lines.Select(line => (order.Id, Line: line))),
            (row, item) =>
            {
                row.Write(item.Id, NpgsqlDbType.Bigint);
                row.Write(item.Line.LineNumber, NpgsqlDbType.Integer);
                row.Write(item.Line.Sku, Text);
                row.Write(item.Line.Name, Text);
                row.Write(item.Line.Quantity, NpgsqlDbType.Integer);
                row.Write(item.Line.UnitPrice, Money);
                row.Write(item.Line.Currency, NpgsqlDbType.Char);
                row.Write(item.Line.PlacedAt, Time);
            },
            cancellationToken);
        await CopyAsync(
            connection,
            "order_events (order_id, version, at, actor, from_status, to_status, reason)",
            orders.SelectMany(order => order.Events.Select(change => (order.Id, Change: change))),
            (row, item) =>
            {
                row.Write(item.Id, NpgsqlDbType.Bigint);
                row.Write(item.Change.Version, NpgsqlDbType.Integer);
                row.Write(item.Change.At, Time);
                row.Write(item.Change.Actor, Text);
                WriteOrNull(row, item.Change.FromStatus is { } from ? TextOf(from) : null);
                row.Write(TextOf(item.Change.ToStatus), Text);
                WriteOrNull(row, item.Change.Reason);
            },
            cancellationToken);
    }

    private static async Task CopyAsync<T>(
        NpgsqlConnection connection,
        string target,
        IEnumerable<T> items,
        Action<NpgsqlBinaryImporter, T> write,
        CancellationToken cancellationToken)
    {
        await using var row = await connection.BeginBinaryImportAsync(
            $"COPY {target} FROM STDIN (FORMAT BINARY)", cancellationToken);
        foreach (var item in items)
        {
            await row.StartRowAsync(cancellationToken);
            write(row, item);
        }

        await row.CompleteAsync(cancellationToken);
    }

    private static void WriteOrNull(NpgsqlBinaryImporter row, string? text)
    {
        if (text is null)
        {
            row.WriteNull();
        }
        else
        {
            row.Write(text, Text);
        }
    }

    private static string TextOf(OrderStatus status) => status switch
    {
        OrderStatus.Pending => "pending",
        OrderStatus.Processing => "processing",
        OrderStatus.Shipped => "shipped",
        OrderStatus.Delivered => "delivered",
        _ => "cancelled",
    };

    private void Report(string text) => report($"{_elapsed.Elapsed.TotalSeconds,6:F1} s  {text}");
}
