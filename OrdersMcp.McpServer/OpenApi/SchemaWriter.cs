using System.Text.Json.Nodes;

namespace OrdersMcp.McpServer.OpenApi;

/// <summary>
/// Turns schemas of a document into one self-contained JSON Schema (2020-12): what a schema refers to comes along
/// under <c>$defs</c>, and what only OpenAPI 3.0 or only documentation knows is translated or left out.
/// </summary>
internal sealed class SchemaWriter(ApiDocument document)
{
    private const string DocumentPrefix = "#/components/schemas/";
    private const string DefinitionPrefix = "#/$defs/";

    private static readonly string[] DocumentationOnly = ["xml", "externalDocs", "discriminator", "example"];
    private static readonly string[] MapsOfSchemas = ["properties", "patternProperties", "dependentSchemas"];
    private static readonly string[] ListsOfSchemas = ["allOf", "anyOf", "oneOf", "prefixItems"];
    private static readonly string[] SingleSchemas =
        ["items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else", "unevaluatedProperties", "unevaluatedItems"];

    private readonly SortedDictionary<string, JsonNode> _definitions = new(StringComparer.Ordinal);
    private readonly Queue<string> _pending = new();

    /// <summary>A schema in which references point into <see cref="AddDefinitions"/>'s object.</summary>
    public JsonNode Write(JsonNode schema)
    {
        if (schema is not JsonObject source)
        {
            return schema.DeepClone(); // true and false are schemas too
        }

        var target = new JsonObject();
        foreach (var (keyword, value) in source)
        {
            if (value is null || keyword.StartsWith("x-", StringComparison.Ordinal) || DocumentationOnly.Contains(keyword))
            {
                continue;
            }

            target[keyword] = keyword switch
            {
                "$ref" => Refer(value.ToString()),
                _ when MapsOfSchemas.Contains(keyword) && value is JsonObject map =>
                    new JsonObject(map.Where(entry => entry.Value is not null).Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)Write(entry.Value!)))),
                _ when ListsOfSchemas.Contains(keyword) && value is JsonArray list =>
                    new JsonArray([.. list.Where(item => item is not null).Select(item => Write(item!))]),
                _ when SingleSchemas.Contains(keyword) => Write(value),
                _ => value.DeepClone(),
            };
        }

        TranslateOpenApi30(target);
        return target;
    }

    /// <summary>The schema itself where it is a reference: tools need an object at the root.</summary>
    public JsonObject WriteRoot(JsonObject schema) =>
        (JsonObject)Write(document.Resolve(schema) ?? throw new ApiDocumentException("A schema is not an object."));

    /// <summary>Adds everything that the schemas written so far refer to, directly or not.</summary>
    public void AddDefinitions(JsonObject root)
    {
        while (_pending.TryDequeue(out var name))
        {
            _definitions[name] = Write(document.Find(DocumentPrefix + name));
        }

        if (_definitions.Count > 0)
        {
            root["$defs"] = new JsonObject(_definitions.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value)));
        }
    }

    private string Refer(string reference)
    {
        if (!reference.StartsWith(DocumentPrefix, StringComparison.Ordinal))
        {
            throw new ApiDocumentException($"The schema reference '{reference}' is not to {DocumentPrefix}….");
        }

        var name = reference[DocumentPrefix.Length..];
        if (!_definitions.ContainsKey(name) && !_pending.Contains(name))
        {
            _pending.Enqueue(name);
        }

        return DefinitionPrefix + name;
    }

    /// <summary><c>nullable</c> and boolean exclusive limits are of OpenAPI 3.0 (4.7.24); 3.1 has JSON Schema's own.</summary>
    private static void TranslateOpenApi30(JsonObject schema)
    {
        if (schema.Remove("nullable", out var nullable) && nullable is JsonValue flag && flag.TryGetValue(out bool isNullable) && isNullable
            && schema["type"] is JsonValue type)
        {
            schema["type"] = new JsonArray(type.DeepClone(), "null");
            (schema["enum"] as JsonArray)?.Add(null);
        }

        foreach (var (exclusive, limit) in new[] { ("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum") })
        {
            if (schema[exclusive] is JsonValue value && value.TryGetValue(out bool isExclusive))
            {
                schema.Remove(exclusive);
                if (isExclusive && schema.Remove(limit, out var bound))
                {
                    schema[exclusive] = bound;
                }
            }
        }
    }
}
