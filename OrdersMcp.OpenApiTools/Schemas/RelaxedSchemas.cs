using System.Text.Json.Nodes;

namespace OrdersMcp.OpenApiTools.Schemas;

/// <summary>
/// Keeps the parts of a schema that show a reader how a value is built, and removes the rules that real answers break most
/// often: required properties, enumerations, formats and limits. An enumeration becomes examples.
/// </summary>
internal static class RelaxedSchemas
{
    private const int MostExamples = 12;

    private static readonly string[] Rules =
    [
        "required", "enum", "const", "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
        "multipleOf", "minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains", "minProperties", "maxProperties",
        "propertyNames", "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems",
    ];

    public static void Relax(JsonObject schema)
    {
        if (schema["enum"] is JsonArray values && !schema.ContainsKey("examples"))
        {
            schema["examples"] = new JsonArray([.. values.Take(MostExamples).Select(value => value?.DeepClone())]);
        }

        foreach (var rule in Rules)
        {
            schema.Remove(rule);
        }

        // Without the rules that distinguish them, several alternatives can match.
        if (schema.Remove("oneOf", out var alternatives))
        {
            if (schema.ContainsKey("anyOf"))
            {
                schema["allOf"] = new JsonArray([.. (schema["allOf"] as JsonArray ?? []).Select(part => part?.DeepClone()), new JsonObject { ["anyOf"] = alternatives }]);
            }
            else
            {
                schema["anyOf"] = alternatives;
            }
        }

        foreach (var (keyword, value) in schema.ToArray())
        {
            if (value is JsonValue flag && flag.TryGetValue(out bool isOpen) && !isOpen
                && SchemaKeywords.KindOf(keyword) == KeywordKind.Schema)
            {
                schema.Remove(keyword);
            }
        }

        foreach (var inner in SchemaKeywords.SchemasIn(schema).ToArray())
        {
            if (inner is JsonObject part)
            {
                Relax(part);
            }
            else if (inner.Parent is JsonObject map && inner.GetValueKind() == System.Text.Json.JsonValueKind.False)
            {
                map[inner.GetPropertyName()] = true;
            }
        }
    }
}
