using System.Text.Json.Nodes;

namespace OrdersMcp.OpenApiTools.Schemas;

/// <summary>
/// Writes "this or null" as two alternatives, or as "this" alone if null means the same as absence. A list of types is
/// shorter, but clients that map schemas to a dialect with a single type refuse the tool or drop the rule.
/// </summary>
internal static class NullableTypes
{
    /// <summary>
    /// Keywords that describe a value without constraining it stay at the top, where a reader looks for them.
    /// </summary>
    private static readonly string[] Descriptive = ["title", "description", "default", "examples", "deprecated", "$comment"];

    /// <summary>Removes null from the values that the schema's top level allows.</summary>
    /// <returns>Whether the schema allowed null among other values.</returns>
    public static bool TryRemove(JsonObject schema)
    {
        if (schema["type"] is JsonArray { Count: > 1 } types && types.FirstOrDefault(IsNullName) is { } name)
        {
            types.Remove(name);
            schema["type"] = types.Count == 1 ? types[0]!.DeepClone() : types.DeepClone();
            if (schema["enum"] is JsonArray values)
            {
                values.RemoveAll(value => value is null);
            }

            return true;
        }

        if (schema["anyOf"] is not JsonArray { Count: > 1 } alternatives
            || alternatives.FirstOrDefault(IsNullType) is not { } none)
        {
            return false;
        }

        alternatives.Remove(none);
        if (alternatives is [JsonObject only] && !only.Any(entry => entry.Key != "anyOf" && schema.ContainsKey(entry.Key)))
        {
            schema.Remove("anyOf");
            foreach (var (keyword, value) in only.ToArray())
            {
                only.Remove(keyword);
                schema[keyword] = value;
            }
        }

        return true;
    }

    private static bool IsNullName(JsonNode? type) => type?.ToString() == "null";

    private static bool IsNullType(JsonNode? schema) =>
        schema is JsonObject { Count: 1 } one && one["type"] is JsonValue type && IsNullName(type);

    public static void Split(JsonObject schema)
    {
        foreach (var inner in SchemaKeywords.SchemasIn(schema).OfType<JsonObject>().ToArray())
        {
            Split(inner);
        }

        if (schema["type"] is JsonArray { Count: 2 } types && !schema.ContainsKey("anyOf")
            && types.Select(type => type!.ToString()).ToArray() is var names && names.Contains("null"))
        {
            SplitOne(schema, names.Single(name => name != "null"));
        }
    }

    private static void SplitOne(JsonObject schema, string type)
    {
        var value = new JsonObject { ["type"] = type };
        foreach (var (keyword, rule) in schema.Where(entry => entry.Key != "type" && !Descriptive.Contains(entry.Key)).ToArray())
        {
            schema.Remove(keyword);
            value[keyword] = keyword == "enum" && rule is JsonArray values
                ? new JsonArray([.. values.Where(one => one is not null).Select(one => one!.DeepClone())])
                : rule;
        }

        schema.Remove("type");
        schema["anyOf"] = new JsonArray(value, new JsonObject { ["type"] = "null" });
    }
}
