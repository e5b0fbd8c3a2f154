using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.Api.Http.Validation;

/// <summary>
/// An enum parameter by its name in the contracts, which is lower case. Binding to the enum itself would also accept
/// numbers.
/// </summary>
[StructLayout(LayoutKind.Auto)]
[JsonConverter(typeof(ChoiceJsonConverter))]
internal readonly record struct Choice<TEnum>(TEnum Value) : IParsable<Choice<TEnum>>
    where TEnum : struct, Enum
{
    public static Choice<TEnum> Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var choice) ? choice : throw new FormatException($"'{s}' is not a valid {typeof(TEnum).Name}.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Choice<TEnum> result)
    {
        var isNamed = Choice.Names(typeof(TEnum)).Contains(s, StringComparer.OrdinalIgnoreCase);
        result = isNamed ? new Choice<TEnum>(Enum.Parse<TEnum>(s!, ignoreCase: true)) : default;
        return isNamed;
    }
}

/// <summary>Reads and writes a choice as JSON text.</summary>
internal sealed class ChoiceJsonConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => Choice.IsChoice(typeToConvert, out _);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(
            typeof(Converter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Converter<TEnum> : JsonConverter<Choice<TEnum>>
        where TEnum : struct, Enum
    {
        public override Choice<TEnum> Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Choice<TEnum>.TryParse(reader.GetString(), provider: null, out var choice)
                ? choice
                : throw new JsonException($"The value is not a valid {typeof(TEnum).Name}.");

        public override void Write(Utf8JsonWriter writer, Choice<TEnum> value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Value.ToString().ToLowerInvariant());
    }
}

internal static class Choice
{
    /// <summary>Whether a type is a choice, and its values.</summary>
    public static bool IsChoice(Type type, [NotNullWhen(true)] out string[]? names)
    {
        var choice = Nullable.GetUnderlyingType(type) ?? type;
        names = choice.IsGenericType && choice.GetGenericTypeDefinition() == typeof(Choice<>)
            ? Names(choice.GetGenericArguments()[0])
            : null;
        return names is not null;
    }

    public static string[] Names(Type enumType) =>
        Array.ConvertAll(Enum.GetNames(enumType), name => name.ToLowerInvariant());
}
