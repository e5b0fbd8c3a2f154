using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Schemas;

/// <summary>The properties of a schema that is only an object with properties, wherever they are declared.</summary>
internal sealed class ObjectShape
{
    private const int MaxDepth = 16;

    private static readonly HashSet<string> Understood = new(StringComparer.Ordinal)
    {
        "type", "properties", "required", "allOf", "description", "title", "example", "examples", "default", "nullable", "deprecated",
        "additionalProperties", "externalDocs", "xml", "readOnly", "writeOnly", "$schema", "$id", "$comment", "$defs", "definitions",
    };

    public OrderedDictionary<string, JsonElement> Properties { get; } = [];

    public HashSet<string> Required { get; } = new(StringComparer.Ordinal);

    /// <summary>The shape, or null if the schema says more than properties can.</summary>
    public static ObjectShape? TryRead(ApiDocument document, JsonElement schema)
    {
        var shape = new ObjectShape();
        return shape.Add(document, schema, depth: 0) && shape.Properties.Count > 0 ? shape : null;
    }

    /// <summary>Whether every value of the schema is an object.</summary>
    public static bool IsObject(ApiDocument document, JsonElement schema, int depth = 0)
    {
        var node = document.ResolveSchema(schema);
        if (depth > MaxDepth || node.Flag("nullable") is true)
        {
            return false;
        }

        return node.Member("type").ValueKind switch
        {
            JsonValueKind.String => node.Text("type") == "object",
            JsonValueKind.Array => node.Member("type").Texts().SequenceEqual(["object"]),
            _ => node.Member("properties").ValueKind == JsonValueKind.Object
                || node.Member("allOf").Items().Any(part => IsObject(document, part, depth + 1))
                || AllAreObjects(node.Member("oneOf")) || AllAreObjects(node.Member("anyOf")),
        };

        bool AllAreObjects(JsonElement parts) => parts.Items().Any() && parts.Items().All(part => IsObject(document, part, depth + 1));
    }

    private bool Add(ApiDocument document, JsonElement schema, int depth)
    {
        var node = document.ResolveSchema(schema);
        if (depth > MaxDepth || node.ValueKind != JsonValueKind.Object
            || node.Member("type") is { ValueKind: not JsonValueKind.Undefined } type
                && !(type.ValueKind == JsonValueKind.String && type.GetString() == "object")
            || node.EnumerateObject().Any(keyword =>
                !Understood.Contains(keyword.Name) && !keyword.Name.StartsWith("x-", StringComparison.Ordinal))
            || node.Member("additionalProperties").ValueKind is JsonValueKind.True or JsonValueKind.Object)
        {
            return false;
        }

        foreach (var part in node.Member("allOf").Items())
        {
            if (!Add(document, part, depth + 1))
            {
                return false;
            }
        }

        foreach (var property in node.Member("properties").Members())
        {
            if (depth > 0 && Properties.ContainsKey(property.Name))
            {
                return false; // two parts declare the property, and both apply
            }

            Properties[property.Name] = property.Value;
        }

        Required.UnionWith(node.Member("required").Texts());
        return true;
    }
}
