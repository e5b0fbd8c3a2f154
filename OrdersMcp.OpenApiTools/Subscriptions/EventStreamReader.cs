using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;

namespace OrdersMcp.OpenApiTools.Subscriptions;

/// <summary>A server-sent event with the latest id. An event that only sets a new id has no data.</summary>
internal sealed record ServerEvent(string Type, string Data, string? Id);

/// <summary>Reads server-sent events (HTML, "Server-sent events") of bounded size.</summary>
internal static class EventStreamReader
{
    private const int MostBytes = 64 * 1024;

    /// <summary>The events, until the stream ends.</summary>
    /// <param name="stream">The body.</param>
    /// <param name="onBytes">Called when any bytes arrive, even a keep-alive comment.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidDataException">An event has more than 64 KiB.</exception>
    public static async IAsyncEnumerable<ServerEvent> ReadAsync(
        Stream stream, Action onBytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        var data = new StringBuilder();
        var (type, id, told) = ("", default(string), default(string));
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            onBytes();
            var buffer = result.Buffer;
            while (TryReadLine(ref buffer, out var line))
            {
                if (line.Length > 0)
                {
                    Take(line, data, ref type, ref id);
                    continue;
                }

                if (data.Length > 0 || id != told)
                {
                    told = id;
                    yield return new ServerEvent(type.Length == 0 ? "message" : type, data.ToString(0, Math.Max(0, data.Length - 1)), id);
                }

                data.Clear();
                type = "";
            }

            if (buffer.Length + data.Length > MostBytes)
            {
                throw new InvalidDataException($"An event has more than {MostBytes} bytes.");
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                yield break;
            }
        }
    }

    private static bool TryReadLine(ref ReadOnlySequence<byte> buffer, out string line)
    {
        if (buffer.PositionOf((byte)'\n') is not { } end)
        {
            line = "";
            return false;
        }

        var bytes = buffer.Slice(0, end);
        line = bytes.Length > MostBytes
            ? throw new InvalidDataException($"An event has more than {MostBytes} bytes.")
            : Encoding.UTF8.GetString(bytes).TrimEnd('\r');
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        return true;
    }

    private static void Take(string line, StringBuilder data, ref string type, ref string? id)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var (field, value) = colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..]);
        value = value.StartsWith(' ') ? value[1..] : value;
        switch (field)
        {
            case "data" when data.Length + value.Length > MostBytes:
                throw new InvalidDataException($"An event has more than {MostBytes} bytes.");
            case "data":
                data.Append(value).Append('\n');
                break;
            case "event":
                type = value;
                break;
            case "id" when !value.Contains('\0', StringComparison.Ordinal):
                id = value;
                break;
        }
    }
}
