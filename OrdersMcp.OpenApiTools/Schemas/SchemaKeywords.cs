using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrdersMcp.OpenApiTools.Schemas;

/// <summary>The values that a keyword of JSON Schema 2020-12 can have, by its meta-schema.</summary>
internal enum KeywordKind
{
    Unknown,
    Schema,
    SchemaMap,
    SchemaList,
    Type,
    Number,
    PositiveNumber,
    Count,
    Flag,
    Text,
    Pattern,
    Texts,
    List,
    Value,

    /// <summary>Belongs to OpenAPI or documentation only, or is useless in a self-contained schema.</summary>
    Dropped,
}

internal static class SchemaKeywords
{
    private static readonly FrozenDictionary<string, KeywordKind> Kinds = new Dictionary<string, KeywordKind>(StringComparer.Ordinal)
    {
        ["items"] = KeywordKind.Schema,
        ["additionalProperties"] = KeywordKind.Schema,
        ["not"] = KeywordKind.Schema,
        ["contains"] = KeywordKind.Schema,
        ["propertyNames"] = KeywordKind.Schema,
        ["if"] = KeywordKind.Schema,
        ["then"] = KeywordKind.Schema,
        ["else"] = KeywordKind.Schema,
        ["unevaluatedProperties"] = KeywordKind.Schema,
        ["unevaluatedItems"] = KeywordKind.Schema,
        ["contentSchema"] = KeywordKind.Schema,
        ["properties"] = KeywordKind.SchemaMap,
        ["patternProperties"] = KeywordKind.SchemaMap,
        ["dependentSchemas"] = KeywordKind.SchemaMap,
        ["allOf"] = KeywordKind.SchemaList,
        ["anyOf"] = KeywordKind.SchemaList,
        ["oneOf"] = KeywordKind.SchemaList,
        ["prefixItems"] = KeywordKind.SchemaList,
        ["type"] = KeywordKind.Type,
        ["minimum"] = KeywordKind.Number,
        ["maximum"] = KeywordKind.Number,
        ["exclusiveMinimum"] = KeywordKind.Number,
        ["exclusiveMaximum"] = KeywordKind.Number,
        ["multipleOf"] = KeywordKind.PositiveNumber,
        ["minLength"] = KeywordKind.Count,
        ["maxLength"] = KeywordKind.Count,
        ["minItems"] = KeywordKind.Count,
        ["maxItems"] = KeywordKind.Count,
        ["minContains"] = KeywordKind.Count,
        ["maxContains"] = KeywordKind.Count,
        ["minProperties"] = KeywordKind.Count,
        ["maxProperties"] = KeywordKind.Count,
        ["uniqueItems"] = KeywordKind.Flag,
        ["deprecated"] = KeywordKind.Flag,
        ["description"] = KeywordKind.Text,
        ["title"] = KeywordKind.Text,
        ["format"] = KeywordKind.Text,
        ["$ref"] = KeywordKind.Text,
        ["pattern"] = KeywordKind.Pattern,
        ["contentEncoding"] = KeywordKind.Text,
        ["contentMediaType"] = KeywordKind.Text,
        ["required"] = KeywordKind.Texts,
        ["enum"] = KeywordKind.List, // an empty enum allows nothing, and is never meant
        ["examples"] = KeywordKind.List,
        ["const"] = KeywordKind.Value,
        ["default"] = KeywordKind.Value,
        ["nullable"] = KeywordKind.Dropped,
        ["example"] = KeywordKind.Dropped,
        ["readOnly"] = KeywordKind.Dropped,
        ["writeOnly"] = KeywordKind.Dropped,
        ["discriminator"] = KeywordKind.Dropped,
        ["xml"] = KeywordKind.Dropped,
        ["externalDocs"] = KeywordKind.Dropped,
        ["$schema"] = KeywordKind.Dropped,
        ["$id"] = KeywordKind.Dropped,
        ["$anchor"] = KeywordKind.Dropped,
        ["$dynamicAnchor"] = KeywordKind.Dropped,
        ["$dynamicRef"] = KeywordKind.Dropped,
        ["$recursiveAnchor"] = KeywordKind.Dropped,
        ["$recursiveRef"] = KeywordKind.Dropped,
        ["$vocabulary"] = KeywordKind.Dropped,
        ["$comment"] = KeywordKind.Dropped,
        ["$defs"] = KeywordKind.Dropped,
        ["definitions"] = KeywordKind.Dropped,
        ["dependentRequired"] = KeywordKind.Value,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Types =
        FrozenSet.ToFrozenSet(["object", "array", "string", "number", "integer", "boolean", "null"], StringComparer.Ordinal);

    /// <summary>Keywords that describe a schema without constraining values.</summary>
    public static readonly FrozenSet<string> Annotations = FrozenSet.ToFrozenSet(
        ["title", "description", "default", "examples", "deprecated", "format", "contentEncoding", "contentMediaType"], StringComparer.Ordinal);

    public static KeywordKind KindOf(string keyword) => Kinds.GetValueOrDefault(keyword);

    /// <summary>Whether the keyword allows the value; an illegal value is omitted.</summary>
    public static bool IsLegal(KeywordKind kind, JsonElement value) => kind switch
    {
        KeywordKind.Schema => value.ValueKind is JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False,
        KeywordKind.SchemaMap => value.ValueKind is JsonValueKind.Object,
        KeywordKind.SchemaList => value.ValueKind is JsonValueKind.Array && value.GetArrayLength() > 0,
        KeywordKind.Type => IsType(value)
            || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 && value.EnumerateArray().All(IsType)),
        KeywordKind.Number => value.ValueKind is JsonValueKind.Number && double.IsFinite(value.GetDouble()),
        KeywordKind.PositiveNumber => value.ValueKind is JsonValueKind.Number && value.GetDouble() > 0,
        KeywordKind.Count => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var count) && count >= 0,
        KeywordKind.Flag => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        KeywordKind.Text => value.ValueKind is JsonValueKind.String,
        KeywordKind.Pattern => value.ValueKind is JsonValueKind.String && EcmaPattern.IsValid(value.GetString()!),
        KeywordKind.Texts => value.ValueKind is JsonValueKind.Array
            && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String),
        KeywordKind.List => value.ValueKind is JsonValueKind.Array && value.GetArrayLength() > 0,
        KeywordKind.Dropped => false,
        _ => true,
    };

    /// <summary>The schemas directly within a schema, including its definitions.</summary>
    public static IEnumerable<JsonNode> SchemasIn(JsonObject schema)
    {
        foreach (var (keyword, value) in schema)
        {
            var inner = (keyword == "$defs" ? KeywordKind.SchemaMap : KindOf(keyword), value) switch
            {
                (KeywordKind.Schema, JsonObject one) => [one],
                (KeywordKind.SchemaMap, JsonObject map) => map.Select(entry => entry.Value),
                (KeywordKind.SchemaList, JsonArray list) => list,
                _ => Enumerable.Empty<JsonNode?>(),
            };
            foreach (var each in inner.OfType<JsonNode>())
            {
                yield return each;
            }
        }
    }

    private static bool IsType(JsonElement value) => value.ValueKind == JsonValueKind.String && Types.Contains(value.GetString()!);
}
