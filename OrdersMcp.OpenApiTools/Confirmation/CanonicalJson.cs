using System.Buffers;
using System.Text;
using System.Text.Json;

namespace OrdersMcp.OpenApiTools.Confirmation;

/// <summary>Arguments in a canonical form, to compare repeated calls: members sorted by name, no white space.</summary>
internal static class CanonicalJson
{
    public static string Of(IDictionary<string, JsonElement> arguments) => Encoding.UTF8.GetString(Utf8Of(arguments).Span);

    public static ReadOnlyMemory<byte> Utf8Of(IDictionary<string, JsonElement> arguments)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            Write(writer, arguments);
        }

        return json.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, JsonElement>> members)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            writer.WritePropertyName(name);
            Write(writer, value);
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                Write(writer, value.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, member.Value)));
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
