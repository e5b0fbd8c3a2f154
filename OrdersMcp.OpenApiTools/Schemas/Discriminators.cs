using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Schemas;

/// <summary>Adds discriminators, which JSON Schema lacks: each alternative lists its values of the property.</summary>
internal static class Discriminators
{
    /// <param name="document">The document of the schema.</param>
    /// <param name="target">The written schema, with its alternatives.</param>
    /// <param name="schema">The schema in the document.</param>
    /// <param name="sourceOf">Returns the document's reference for a written reference.</param>
    public static void Write(ApiDocument document, JsonObject target, JsonElement schema, Func<string, string> sourceOf)
    {
        var discriminator = schema.Member("discriminator");
        if (discriminator.Text("propertyName") is not { } property)
        {
            return;
        }

        foreach (var alternative in (target["oneOf"] ?? target["anyOf"]) as JsonArray ?? [])
        {
            if (alternative is not JsonObject branch || branch["$ref"]?.GetValue<string>() is not { } reference)
            {
                continue;
            }

            var source = sourceOf(reference);
            var declared = document.ResolveSchema(document.Find(source)).Member("properties").Member(property);
            if (declared.Member("const").ValueKind != JsonValueKind.Undefined || declared.Member("enum").Items().Count() == 1)
            {
                continue; // the schema itself says it
            }

            branch["properties"] = new JsonObject
            {
                [property] = new JsonObject { ["enum"] = new JsonArray(ValuesOf(discriminator, source)) },
            };
            branch["required"] = new JsonArray(property);
        }
    }

    /// <summary>The values that the mapping has for the schema, otherwise the schema's name (OpenAPI 3.1, 4.8.25).</summary>
    private static JsonNode?[] ValuesOf(JsonElement discriminator, string source)
    {
        return
        [
            .. discriminator.Member("mapping").Members()
                .Where(entry => entry.Value.ValueKind == JsonValueKind.String && Names(entry.Value.GetString()!))
                .Select(entry => entry.Name)
                .DefaultIfEmpty(source[(source.LastIndexOf('/') + 1)..])
                .Select(name => (JsonNode?)name),
        ];

        bool Names(string schema) => schema == source || source.EndsWith($"/{schema}", StringComparison.Ordinal);
    }
}
