using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Tools.Search;

/// <summary>
/// Writes an input schema in fewer tokens: with short descriptions, without examples, and with only types below a depth. It
/// resolves references, so no definitions are needed.
/// </summary>
/// <param name="root">The schema that contains the targets of references.</param>
/// <param name="deepest">The number of levels of properties to write.</param>
/// <param name="description">The maximum length of a description.</param>
internal sealed class SchemaSketch(JsonElement root, int deepest, int description)
{
    private const int MostValues = 12;
    private const int MostReferences = 16; // in a row: limits circular references

    private static readonly string[] Kept = ["type", "format", "required", "default", "minimum", "maximum", "maxLength", "pattern"];

    public JsonObject Write(JsonElement schema, int depth = 0)
    {
        schema = Resolve(schema);
        var sketch = new JsonObject();
        foreach (var member in schema.Members())
        {
            switch (member.Name)
            {
                case "description" when description > 0 && member.Value.ValueKind == JsonValueKind.String:
                    sketch[member.Name] = BoundedText.Of(member.Value.GetString()!, description);
                    break;
                case "enum":
                    sketch[member.Name] = new JsonArray([.. member.Value.Items().Take(MostValues).Select(Node)]);
                    break;
                case "properties" when depth < deepest:
                    sketch[member.Name] = new JsonObject(member.Value.Members().Select(property => KeyValuePair.Create(property.Name, (JsonNode?)Write(property.Value, depth + 1))));
                    break;
                case "items" when depth < deepest:
                    sketch[member.Name] = Write(member.Value, depth + 1);
                    break;
                case "anyOf" or "oneOf" or "allOf" when depth < deepest:
                    sketch[member.Name] = new JsonArray([.. member.Value.Items().Select(each => (JsonNode)Write(each, depth + 1))]);
                    break;
                case var name when Kept.Contains(name) && (name != "required" || depth < deepest):
                    sketch[name] = Node(member.Value);
                    break;
            }
        }

        return sketch;
    }

    /// <summary>
    /// The schema of an argument, or of a nested property such as <c>filter.range.from</c>; undefined if there is none.
    /// </summary>
    public JsonElement Find(string path)
    {
        var schema = root;
        foreach (var name in path.Split('.'))
        {
            schema = Resolve(schema);
            while (schema.Member("items") is { ValueKind: JsonValueKind.Object } items && schema.Member("properties").ValueKind == JsonValueKind.Undefined)
            {
                schema = Resolve(items);
            }

            schema = Alternatives(schema).Select(each => each.Member("properties").Member(name)).FirstOrDefault(each => each.ValueKind == JsonValueKind.Object);
        }

        return schema;
    }

    private IEnumerable<JsonElement> Alternatives(JsonElement schema) =>
        new[] { schema }.Concat(schema.Member("anyOf").Items().Concat(schema.Member("oneOf").Items()).Concat(schema.Member("allOf").Items()).Select(Resolve));

    private JsonElement Resolve(JsonElement schema)
    {
        for (var i = 0; i < MostReferences && schema.Text("$ref") is { } reference && reference.StartsWith("#/$defs/", StringComparison.Ordinal); i++)
        {
            schema = root.Member("$defs").Member(reference["#/$defs/".Length..].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
        }

        return schema;
    }

    private static JsonNode? Node(JsonElement value) => JsonNode.Parse(value.GetRawText());
}
