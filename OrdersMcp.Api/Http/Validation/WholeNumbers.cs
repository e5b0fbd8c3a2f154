using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.Api.Http.Validation;

/// <summary>
/// Reads integers that are written with a fraction or an exponent, such as 1.0 and 1e2. Only for reading: as converters of
/// the API's own options they would take the types from the OpenAPI document.
/// </summary>
internal static class WholeNumbers
{
    private static readonly ConditionalWeakTable<JsonSerializerOptions, JsonSerializerOptions> Known = [];

    public static JsonSerializerOptions Reading(JsonSerializerOptions json) => Known.GetValue(
        json, static json => new JsonSerializerOptions(json) { Converters = { new Converter<int>(), new Converter<long>() } });

    private sealed class Converter<T> : JsonConverter<T>
        where T : struct, IBinaryInteger<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            T.CreateChecked(reader.GetDecimal());

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(long.CreateChecked(value));
    }
}
