using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Schemas;

/// <summary>Translates keywords that only schemas of OpenAPI 3.0 have.</summary>
internal static class OpenApi30Schemas
{
    /// <summary><c>nullable</c> and boolean exclusive limits belong to OpenAPI 3.0 (4.7.24); 3.1 uses JSON Schema.</summary>
    public static void Translate(JsonObject target, JsonElement schema)
    {
        foreach (var (exclusive, limit) in new[] { ("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum") })
        {
            if (schema.Flag(exclusive) is true && target.Remove(limit, out var bound))
            {
                target[exclusive] = bound;
            }
        }

        if (schema.Flag("nullable") is not true)
        {
            return;
        }

        if (target["type"] is JsonValue type)
        {
            target["type"] = new JsonArray(type.DeepClone(), "null");
            if (target["enum"] is JsonArray values && !values.Contains(null))
            {
                values.Add(null);
            }
        }
        else if (target.Count > 0 && target["type"] is null)
        {
            var rest = target.DeepClone();
            target.Clear();
            target["anyOf"] = new JsonArray(rest, new JsonObject { ["type"] = "null" });
        }
    }
}
