using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.Tests.McpServer;

/// <summary>
/// The rules of the JSON Schema 2020-12 meta-schemas (core, applicator, validation, meta-data, content) for tool schemas, and
/// the rule that every reference resolves within its schema.
/// </summary>
internal static class ToolSchemaRules
{
    public static void AssertValid(JsonElement schema)
    {
        var definitions = schema.Member("$defs").Members().Select(definition => definition.Name).ToHashSet(StringComparer.Ordinal);
        Assert.Equal("object", schema.GetProperty("type").GetString());
        Check(schema, "", definitions);
    }

    private static void Check(JsonElement schema, string path, HashSet<string> definitions)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return;
        }

        Assert.True(schema.ValueKind == JsonValueKind.Object, $"{path} is no schema");
        foreach (var keyword in schema.EnumerateObject())
        {
            var (at, value) = ($"{path}/{keyword.Name}", keyword.Value);
            switch (keyword.Name)
            {
                case "items" or "additionalProperties" or "not" or "contains" or "propertyNames" or "if" or "then" or "else"
                    or "unevaluatedItems" or "unevaluatedProperties" or "contentSchema":
                    Check(value, at, definitions);
                    break;
                case "properties" or "patternProperties" or "dependentSchemas" or "$defs":
                    Assert.True(value.ValueKind == JsonValueKind.Object, at);
                    foreach (var entry in value.EnumerateObject())
                    {
                        Check(entry.Value, $"{at}/{entry.Name}", definitions);
                    }

                    break;
                case "allOf" or "anyOf" or "oneOf" or "prefixItems":
                    Assert.True(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0, at);
                    Assert.All(value.EnumerateArray(), part => Check(part, at, definitions));
                    break;
                case "type":
                    var types = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(type => type.GetString()!).ToArray() : [value.GetString()!];
                    Assert.True(types.Length > 0 && types.Distinct(StringComparer.Ordinal).Count() == types.Length, at);
                    Assert.All(types, type => Assert.Contains(type, (string[])["array", "boolean", "integer", "null", "number", "object", "string"]));
                    break;
                case "minLength" or "maxLength" or "minItems" or "maxItems" or "minProperties" or "maxProperties" or "minContains" or "maxContains":
                    Assert.True(value.TryGetInt64(out var count) && count >= 0, at);
                    break;
                case "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" or "multipleOf":
                    Assert.True(value.ValueKind == JsonValueKind.Number, at);
                    break;
                case "required":
                    Assert.True(value.EnumerateArray().Select(name => name.GetString()).Distinct(StringComparer.Ordinal).Count() == value.GetArrayLength(), at);
                    break;
                case "enum" or "examples":
                    Assert.True(value.ValueKind == JsonValueKind.Array, at);
                    break;
                case "description" or "title" or "format" or "pattern" or "contentEncoding" or "contentMediaType":
                    Assert.True(value.ValueKind == JsonValueKind.String, at);
                    break;
                case "uniqueItems" or "deprecated" or "readOnly" or "writeOnly":
                    Assert.True(value.ValueKind is JsonValueKind.True or JsonValueKind.False, at);
                    break;
                case "$ref":
                    Assert.StartsWith("#/$defs/", value.GetString(), StringComparison.Ordinal);
                    Assert.Contains(value.GetString()!["#/$defs/".Length..], definitions);
                    break;
            }
        }
    }
}
