using System.Buffers;
using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Operations.Results;

/// <summary>A list that is truncated after a whole item, so that the answer remains valid JSON.</summary>
/// <param name="Kept">How many items fit.</param>
/// <param name="Total">How many items there were.</param>
/// <param name="Property">The property that holds the list, or null if the answer is the list.</param>
internal sealed record ListTruncation(int Kept, int Total, string? Property)
{
    /// <summary>
    /// The truncation to the budget; null if no list makes up most of the answer, or none of its items fits.
    /// </summary>
    public static ListTruncation? Find(JsonElement answer, int budget)
    {
        var (property, list) = answer.ValueKind == JsonValueKind.Array
            ? (null, answer)
            : answer.Members().Where(member => member.Value.ValueKind == JsonValueKind.Array)
                .Select(member => ((string?)member.Name, member.Value))
                .OrderByDescending(member => member.Value.Size())
                .FirstOrDefault();
        if (list.ValueKind != JsonValueKind.Array || list.Size() < answer.Size() / 2)
        {
            return null;
        }

        var size = answer.Size() - list.Size() + 2;
        var (kept, total) = (0, 0);
        var isFull = false;
        foreach (var item in list.EnumerateArray())
        {
            total++;
            isFull |= (size += item.Size() + 1) > budget;
            kept += isFull ? 0 : 1;
        }

        return kept == 0 ? null : new ListTruncation(kept, total, property);
    }

    /// <summary>The answer with the items that fit; everything else is copied unchanged.</summary>
    public ReadOnlyMemory<byte> Apply(JsonElement answer)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            if (Property is null)
            {
                WriteItems(writer, answer);
            }
            else
            {
                writer.WriteStartObject();
                foreach (var member in answer.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    if (member.Name == Property)
                    {
                        WriteItems(writer, member.Value);
                    }
                    else
                    {
                        member.Value.WriteTo(writer);
                    }
                }

                writer.WriteEndObject();
            }
        }

        return buffer.WrittenMemory;
    }

    private void WriteItems(Utf8JsonWriter writer, JsonElement list)
    {
        writer.WriteStartArray();
        foreach (var item in list.EnumerateArray().Take(Kept))
        {
            item.WriteTo(writer);
        }

        writer.WriteEndArray();
    }
}
