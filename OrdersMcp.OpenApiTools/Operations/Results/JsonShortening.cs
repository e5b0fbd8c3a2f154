using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Operations.Results;

/// <summary>
/// Shortens a JSON value to a budget of bytes and keeps it valid: lists and maps keep their first items and members, objects
/// keep every member and share the budget among the large ones, texts keep their beginning.
/// </summary>
internal sealed class JsonShortening
{
    /// <summary>A member with fewer bytes says nothing; an object with too many members for this share is a map.</summary>
    private const int SmallestShare = 256;

    private const int MostNotes = 5;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly List<string> _notes = [];

    private JsonShortening()
    {
    }

    /// <summary>The shortened value, and a description of what is missing.</summary>
    public static (ReadOnlyMemory<byte> Json, string Missing) Of(JsonElement value, int budget)
    {
        var shortening = new JsonShortening();
        var buffer = new ArrayBufferWriter<byte>(budget);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            shortening.Write(writer, value, budget, path: "");
        }

        return (buffer.WrittenMemory, string.Join("; ", shortening._notes));
    }

    private void Write(Utf8JsonWriter writer, JsonElement value, int budget, string path)
    {
        if (value.Size() <= budget)
        {
            value.WriteTo(writer);
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteMembers(writer, value, budget, path);
                break;
            case JsonValueKind.Array:
                WriteItems(writer, value, budget, path);
                break;
            case JsonValueKind.String:
                WriteText(writer, value, budget, path);
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private void WriteText(Utf8JsonWriter writer, JsonElement value, int budget, string path)
    {
        var text = value.GetString()!;
        var kept = Math.Min((int)((long)text.Length * Math.Max(budget - 8, 0) / value.Size()), text.Length);
        kept -= kept > 0 && char.IsHighSurrogate(text[kept - 1]) ? 1 : 0;
        writer.WriteStringValue(string.Concat(text.AsSpan(0, kept), "…"));
        Note(path, $"has the first {kept} of {text.Length} characters");
    }

    private void WriteItems(Utf8JsonWriter writer, JsonElement list, int budget, string path)
    {
        var (kept, left) = (0, budget - 2);
        writer.WriteStartArray();
        foreach (var item in list.EnumerateArray())
        {
            if (item.Size() + 1 > left && (kept > 0 || left < SmallestShare))
            {
                break;
            }

            Write(writer, item, left, $"{path}[{kept}]");
            left -= item.Size() + 1;
            kept++;
        }

        writer.WriteEndArray();
        if (kept < list.GetArrayLength())
        {
            Note(path, $"has the first {kept} of {list.GetArrayLength()} items");
        }
    }

    private void WriteMembers(Utf8JsonWriter writer, JsonElement value, int budget, string path)
    {
        var left = budget - 2;
        var share = ShareOf(value, left);
        var (kept, total) = (0, 0);
        writer.WriteStartObject();
        foreach (var member in value.EnumerateObject())
        {
            total++;
            var name = member.Name;
            var size = member.Value.Size();
            var room = share ?? left - name.Length - 4;
            if (share is null && size > room && (kept > 0 || room < SmallestShare))
            {
                left = 0; // keep only the first members
                continue;
            }

            writer.WritePropertyName(name);
            Write(writer, member.Value, room, path.Length == 0 ? name : $"{path}.{name}");
            left -= name.Length + 4 + size;
            kept++;
        }

        writer.WriteEndObject();
        if (kept < total)
        {
            Note(path, $"has the first {kept} of {total} members");
        }
    }

    /// <summary>
    /// How many bytes each member may have so that all fit; null if there are so many members that each gets too few.
    /// </summary>
    private static int? ShareOf(JsonElement value, int budget)
    {
        var sizes = value.EnumerateObject().Select(member => member.Value.Size()).Order().ToArray();
        var left = budget - value.EnumerateObject().Sum(member => member.Name.Length + 4);
        for (var i = 0; i < sizes.Length; i++)
        {
            var share = left / (sizes.Length - i);
            if (sizes[i] > share)
            {
                return share < SmallestShare ? null : share;
            }

            left -= sizes[i];
        }

        return left;
    }

    private void Note(string path, string what)
    {
        if (_notes.Count < MostNotes)
        {
            _notes.Add($"{(path.Length == 0 ? "it" : path)} {what}");
        }
        else if (_notes.Count == MostNotes)
        {
            _notes.Add("more is missing elsewhere");
        }
    }
}
