using System.Text.Json;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>Converts a value of the wrong type if the conversion loses nothing and is unambiguous.</summary>
internal static class Coercion
{
    private const JsonTypes Scalars = JsonTypes.Integer | JsonTypes.Number | JsonTypes.Boolean;
    private const JsonTypes Structures = JsonTypes.Array | JsonTypes.Object;
    private const int LongestText = 64 * 1024;

    /// <summary>The converted value, and the original in words.</summary>
    /// <param name="value">A value of none of the types.</param>
    /// <param name="types">The allowed types.</param>
    /// <param name="list">The rules for lists, if any.</param>
    public static (JsonElement Value, string Said)? Of(JsonElement value, JsonTypes types, ListRules? list)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String when (types & Scalars) != JsonTypes.None
                && TryParse(value.GetString()!, out var scalar) && types.Includes(scalar):
                return (
                    scalar.ValueKind == JsonValueKind.Number && !types.HasFlag(JsonTypes.Number) && OfInteger(scalar) is { } integer
                        ? integer.Value
                        : scalar,
                    $"a {JsonTypesOf.Kind(scalar)} as text");
            case JsonValueKind.String when types.HasFlag(JsonTypes.Boolean) && bool.TryParse(value.GetString(), out var flag):
                return (JsonElement.Parse(flag ? "true" : "false"), "a boolean as text");
            case JsonValueKind.Number when types.HasFlag(JsonTypes.String):
                return (JsonSerializer.SerializeToElement(value.GetRawText()), "a number instead of text");
            case JsonValueKind.String when (types & Structures) != JsonTypes.None
                && TryParse(value.GetString()!, out var structure)
                && structure.ValueKind is JsonValueKind.Array or JsonValueKind.Object && types.Includes(structure):
                return (structure, $"an {JsonTypesOf.Kind(structure)} as text");
            case JsonValueKind.String when types is JsonTypes.Array or (JsonTypes.Array | JsonTypes.Null)
                && list?.AllowsItem(value) is false && Parts(value, list) is { } parts:
                return (parts, "a list as text");
            case not (JsonValueKind.Array or JsonValueKind.Null) when types is JsonTypes.Array or (JsonTypes.Array | JsonTypes.Null)
                && list?.AllowsItem(value) is not false:
                return (JsonSerializer.SerializeToElement(new[] { value }), "a single value instead of a list");
            default:
                return null;
        }
    }

    /// <summary>
    /// An integer without its written fraction: 5.0 is an integer in JSON Schema, but not to every reader.
    /// </summary>
    public static (JsonElement Value, string Said)? OfInteger(JsonElement value) =>
        !value.TryGetInt64(out _) && value.TryGetDecimal(out var whole)
            ? (JsonElement.Parse(decimal.Truncate(whole).ToString("F0")), "an integer written with a fraction")
            : null;

    /// <summary>Splits text at commas if each part can be an item and the whole cannot: 1,2 but not "a, b".</summary>
    private static JsonElement? Parts(JsonElement value, ListRules list)
    {
        var text = value.GetString()!;
        if (text.Length > LongestText || !text.Contains(',', StringComparison.Ordinal))
        {
            return null;
        }

        var parts = JsonSerializer.SerializeToElement(text.Split(',', StringSplitOptions.TrimEntries));
        return parts.EnumerateArray().All(list.AllowsItem) ? parts : null;
    }

    /// <summary>Reads a JSON value in its canonical spelling: not 007, not 1e3, not " 5".</summary>
    private static bool TryParse(string text, out JsonElement value)
    {
        value = default;
        if (text.Length is 0 or > LongestText || char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]))
        {
            return false;
        }

        try
        {
            value = JsonElement.Parse(text);
            return value.ValueKind != JsonValueKind.Number || !text.AsSpan().ContainsAny('e', 'E');
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
