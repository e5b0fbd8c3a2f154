using System.Text.Json.Nodes;

namespace OrdersMcp.McpServer.OpenApi;

/// <summary>
/// Writes "this or null" as two alternatives. A list of types says the same in fewer words, but clients that map schemas
/// to a dialect with one type each refuse the tool or drop the rule.
/// </summary>
internal static class NullableTypes
{
    /// <summary>What describes a value and does not constrain it stays where a reader looks for it.</summary>
    private static readonly string[] Descriptive = ["title", "description", "default", "examples", "deprecated", "$comment"];

    private static readonly string[] MapsOfSchemas = ["properties", "patternProperties", "dependentSchemas", "$defs"];

    public static void Split(JsonObject schema)
    {
        foreach (var (keyword, value) in schema.ToArray())
        {
            if (MapsOfSchemas.Contains(keyword) && value is JsonObject map)
            {
                foreach (var member in map.Select(entry => entry.Value).OfType<JsonObject>().ToArray())
                {
                    Split(member);
                }
            }
            else if (keyword is not ("enum" or "const" or "default" or "examples"))
            {
                foreach (var inner in (value as JsonArray)?.OfType<JsonObject>().ToArray() ?? (value is JsonObject one ? [one] : []))
                {
                    Split(inner);
                }
            }
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
