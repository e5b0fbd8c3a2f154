using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.Playground.Evals;

/// <summary>Texts of which one is enough, such as <c>["1,299", "1299"]</c>. Case does not matter.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record Alternatives(IReadOnlyList<string> Texts)
{
    /// <summary>Whether the answer contains one of them.</summary>
    public bool IsIn(string answer) => Texts.Any(text => answer.Contains(text, StringComparison.OrdinalIgnoreCase));

    public override string ToString() => string.Join(" or ", Texts.Select(text => $"\"{text}\""));

    private sealed class Converter : JsonConverter<Alternatives>
    {
        public override Alternatives Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            string?[] texts = reader.TokenType == JsonTokenType.StartArray
                ? JsonSerializer.Deserialize<string?[]>(ref reader, options) ?? []
                : [JsonSerializer.Deserialize<string?>(ref reader, options)];
            return texts.Length > 0 && texts.All(text => !string.IsNullOrEmpty(text))
                ? new Alternatives([.. texts.OfType<string>()])
                : throw new JsonException("A text that the answer must or must not contain is empty.");
        }

        public override void Write(Utf8JsonWriter writer, Alternatives value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Texts, options);
    }
}
