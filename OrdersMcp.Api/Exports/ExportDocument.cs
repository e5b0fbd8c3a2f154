using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OrdersMcp.Api.Data;

namespace OrdersMcp.Api.Exports;

/// <summary>A document. It is written order by order and taken in chunks.</summary>
internal abstract class ExportDocument
{
    private const int StartSize = 64 * 1024;

    /// <summary>The content written but not yet taken.</summary>
    protected ArrayBufferWriter<byte> Buffer { get; } = new(StartSize);

    public int BufferedBytes => Buffer.WrittenCount;

    public static ExportDocument Of(ExportFormat format) =>
        format == ExportFormat.Csv ? new CsvDocument() : new JsonDocumentOfOrders();

    public abstract void Start();

    public abstract void Write(ExportedOrder order);

    public abstract void End();

    public byte[] Take()
    {
        var piece = Buffer.WrittenSpan.ToArray();
        Buffer.ResetWrittenCount();
        return piece;
    }
}

/// <summary>
/// CSV (RFC 4180): commas, quotes where needed, CRLF, a header line. Text that a spreadsheet would read as a formula gets a
/// leading apostrophe (OWASP, CSV Injection). Numbers and times use the invariant format.
/// </summary>
internal sealed class CsvDocument : ExportDocument
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    private readonly StringBuilder _line = new();

    public override void Start() => Line(
        "id", "customerId", "customerName", "status", "lineCount", "currency", "total", "note", "carrier",
        "trackingNumber", "placedAt", "updatedAt", "version");

    public override void Write(ExportedOrder order) => Line(
        order.Id.ToString(CultureInfo.InvariantCulture),
        order.CustomerId.ToString(CultureInfo.InvariantCulture),
        Safe(order.CustomerName),
        order.Status.ToString().ToLowerInvariant(),
        order.LineCount.ToString(CultureInfo.InvariantCulture),
        order.Currency,
        order.Total.ToString("0.00", CultureInfo.InvariantCulture),
        Safe(order.Note),
        Safe(order.Carrier),
        Safe(order.TrackingNumber),
        Time(order.PlacedAt),
        Time(order.UpdatedAt),
        order.Version.ToString(CultureInfo.InvariantCulture));

    public override void End()
    {
        // nothing follows the last line
    }

    /// <summary>Text that no spreadsheet reads as a formula. Some also read the full-width signs.</summary>
    public static string? Safe(string? text) =>
        text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠', ..] ? $"'{text}" : text;

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFZ", CultureInfo.InvariantCulture);

    private void Line(params ReadOnlySpan<string?> cells)
    {
        _line.Clear();
        foreach (var cell in cells)
        {
            if (cell.AsSpan().ContainsAny(Quoted))
            {
                _line.Append('"').Append(cell!.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
            }
            else
            {
                _line.Append(cell);
            }

            _line.Append(',');
        }

        _line.Length--;
        _line.Append("\r\n");
        foreach (var part in _line.GetChunks())
        {
            Encoding.UTF8.GetBytes(part.Span, Buffer);
        }
    }
}

/// <summary>A JSON array.</summary>
internal sealed class JsonDocumentOfOrders : ExportDocument
{
    private bool _hasOrders;

    public override void Start() => Buffer.Write("["u8);

    public override void Write(ExportedOrder order)
    {
        if (_hasOrders)
        {
            Buffer.Write(",\n"u8);
        }

        _hasOrders = true;
        Buffer.Write(JsonSerializer.SerializeToUtf8Bytes(order, ExportsJson.Default.ExportedOrder));
    }

    public override void End() => Buffer.Write("]\n"u8);
}
