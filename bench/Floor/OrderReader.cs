using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace OrdersMcp.Bench.Floor;

/// <summary>Reads an order as JSON with one prepared statement on connections of its own.</summary>
internal sealed class OrderReader(string connectionString) : IAsyncDisposable
{
    private const string Sql =
        """
        SELECT o.id, o.customer_id, c.name, o.status, o.currency, o.total, o.note, o.carrier, o.tracking_number,
               o.placed_at, o.updated_at, o.version, l.sku, l.name, l.quantity, l.unit_price
        FROM orders o
        JOIN customers c ON c.id = o.customer_id
        LEFT JOIN order_lines l ON l.order_id = o.id
        WHERE o.id = $1
        ORDER BY l.line_number
        """;

    private readonly ConcurrentBag<NpgsqlCommand> _free = [];

    /// <summary>Writes the order and gives its version, or null where there is none.</summary>
    public async ValueTask<int?> ReadAsync(long orderId, IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        var command = _free.TryTake(out var free) ? free : await PrepareAsync(cancellationToken);
        ((NpgsqlParameter<long>)command.Parameters[0]).TypedValue = orderId;
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            return await reader.ReadAsync(cancellationToken) ? await WriteAsync(reader, output, cancellationToken) : null;
        }
        finally
        {
            _free.Add(command);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in _free)
        {
            await command.Connection!.DisposeAsync();
            await command.DisposeAsync();
        }
    }

    private async Task<NpgsqlCommand> PrepareAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        var command = new NpgsqlCommand(Sql, connection) { Parameters = { new NpgsqlParameter<long> { NpgsqlDbType = NpgsqlDbType.Bigint } } };
        await command.PrepareAsync(cancellationToken);
        return command;
    }

    private static async ValueTask<int> WriteAsync(NpgsqlDataReader row, IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        await using var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteNumber("id"u8, row.GetInt64(0));
        json.WriteStartObject("customer"u8);
        json.WriteNumber("id"u8, row.GetInt64(1));
        json.WriteString("name"u8, row.GetString(2));
        json.WriteEndObject();
        json.WriteString("status"u8, row.GetString(3));
        var currency = row.GetString(4);
        var total = row.GetDecimal(5);
        var note = TextOrNull(row, 6);
        var carrier = TextOrNull(row, 7);
        var trackingNumber = TextOrNull(row, 8);
        var placedAt = row.GetFieldValue<DateTimeOffset>(9);
        var updatedAt = row.GetFieldValue<DateTimeOffset>(10);
        var version = row.GetInt32(11);
        json.WriteStartArray("lines"u8);
        do
        {
            if (row.IsDBNull(12))
            {
                continue;
            }

            json.WriteStartObject();
            json.WriteString("sku"u8, row.GetString(12));
            json.WriteString("name"u8, row.GetString(13));
            json.WriteNumber("quantity"u8, row.GetInt32(14));
            json.WriteNumber("unitPrice"u8, row.GetDecimal(15));
            json.WriteEndObject();
        }
        while (await row.ReadAsync(cancellationToken));
        json.WriteEndArray();
        json.WriteString("currency"u8, currency);
        json.WriteNumber("total"u8, total);
        json.WriteString("note"u8, note);
        json.WriteString("carrier"u8, carrier);
        json.WriteString("trackingNumber"u8, trackingNumber);
        json.WriteString("placedAt"u8, placedAt);
        json.WriteString("updatedAt"u8, updatedAt);
        json.WriteNumber("version"u8, version);
        json.WriteEndObject();
        return version;
    }

    private static string? TextOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
