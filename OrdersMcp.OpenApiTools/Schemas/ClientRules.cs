using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrdersMcp.OpenApiTools.Schemas;

/// <summary>
/// Fixes schemas that JSON Schema allows but clients refuse: enumerations with values of another type or with duplicates,
/// and input lists without a schema for their items.
/// </summary>
internal static class ClientRules
{
    public static void Apply(JsonObject schema, SchemaDirection direction)
    {
        var types = TypesOf(schema);
        if (schema["enum"] is JsonArray values && Tidied(values, types) is { } tidied)
        {
            schema["enum"] = tidied;
        }

        if (direction == SchemaDirection.Input && types.Contains("array") && !schema.ContainsKey("items"))
        {
            schema["items"] = new JsonObject();
        }
    }

    private static string[] TypesOf(JsonObject schema) => schema["type"] switch
    {
        JsonArray list => [.. list.Select(type => type!.ToString())],
        JsonValue one => [one.ToString()],
        _ => [],
    };

    /// <summary>The values in their type, without duplicates; null if nothing changes.</summary>
    private static JsonArray? Tidied(JsonArray values, string[] types)
    {
        var tidied = new List<JsonNode?>(values.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var isChanged = false;
        foreach (var value in values)
        {
            var typed = InType(value, types);
            isChanged |= !ReferenceEquals(typed, value);
            if ((value is not null || types.Length == 0 || types.Contains("null")) && seen.Add(typed?.ToJsonString() ?? "null"))
            {
                tidied.Add(typed);
            }
            else
            {
                isChanged = true;
            }
        }

        return isChanged && tidied.Count > 0 ? new JsonArray([.. tidied.Select(value => value?.DeepClone())]) : null;
    }

    /// <summary>YAML may read on, 1 and true as other types; the schema's type says what was meant.</summary>
    private static JsonNode? InType(JsonNode? value, string[] types)
    {
        if (value is null || types.Length == 0)
        {
            return value;
        }

        return value.GetValueKind() switch
        {
            JsonValueKind.True or JsonValueKind.False when !types.Contains("boolean") && types.Contains("string") => value.ToJsonString(),
            JsonValueKind.Number when !types.Contains("number") && !types.Contains("integer") && types.Contains("string") => value.ToJsonString(),
            JsonValueKind.String when !types.Contains("string") && Scalar(value.GetValue<string>(), types) is { } scalar => scalar,
            _ => value,
        };
    }

    private static JsonNode? Scalar(string text, string[] types) =>
        types.Contains("boolean") && bool.TryParse(text, out var flag) ? flag
        : types.Contains("integer") && long.TryParse(text, out var integer) ? integer
        : types.Contains("number") && decimal.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number
        : null;
}
