using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>
/// Rewrites JSON Schema references that are not pointers from the document's root (2020-12 core, 8.2; 2019-09 core,
/// 8.2.4.2.1): anchors, pointers and addresses relative to a schema's <c>$id</c>, <c>$recursiveRef</c> and
/// <c>$dynamicRef</c>. The last two are followed statically, without the redefinitions of a referring schema.
/// </summary>
internal sealed class SchemaReferences
{
    private static readonly Uri NoBase = new("urn:ordersmcp:document");

    private readonly JsonNode _root;
    private readonly Dictionary<(string Scope, string Name), string> _anchors = [];
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);

    private SchemaReferences(JsonNode root) => _root = root;

    /// <summary>The document with pointers only; unchanged if it has no other references.</summary>
    public static ReadOnlyMemory<byte> Rewrite(ReadOnlyMemory<byte> json)
    {
        if (json.Span.IndexOf("\"$id\""u8) < 0 && json.Span.IndexOf("\"$anchor\""u8) < 0
            && json.Span.IndexOf("\"$recursiveRef\""u8) < 0 && json.Span.IndexOf("\"$dynamicRef\""u8) < 0)
        {
            return json;
        }

        var root = JsonNode.Parse(json.Span, documentOptions: new JsonDocumentOptions { MaxDepth = 256 })!;
        var references = new SchemaReferences(root);
        references.Index(root, pointer: "", scope: "", NoBase);
        references.Rewrite(root, pointer: "", scope: "", NoBase, recursive: null);
        return JsonSerializer.SerializeToUtf8Bytes(root, ReadableJson.OfDocuments);
    }

    private void Index(JsonNode? node, string pointer, string scope, Uri address)
    {
        if (node is JsonObject schema)
        {
            if (TextOf(schema, "$id") is { } id)
            {
                (scope, address) = (pointer, Resolve(address, id));
                _ids.TryAdd(address.ToString().TrimEnd('#'), pointer);
            }

            foreach (var keyword in new[] { "$anchor", "$dynamicAnchor" })
            {
                if (TextOf(schema, keyword) is { } anchor)
                {
                    _anchors.TryAdd((scope, anchor), pointer);
                    _anchors.TryAdd(("", anchor), pointer);
                }
            }
        }

        foreach (var (name, part) in PartsOf(node))
        {
            Index(part, $"{pointer}/{name}", scope, address);
        }
    }

    private void Rewrite(JsonNode? node, string pointer, string scope, Uri address, string? recursive)
    {
        if (node is JsonObject schema)
        {
            if (TextOf(schema, "$id") is { } id)
            {
                (scope, address) = (pointer, Resolve(address, id));
            }

            if (schema["$recursiveAnchor"] is JsonValue flag && flag.TryGetValue(out bool isAnchor) && isAnchor)
            {
                recursive = pointer;
            }

            if (TextOf(schema, "$ref") is { } reference && TargetOf(reference, scope, address) is { } target)
            {
                schema["$ref"] = $"#{target}";
            }
            else if (TextOf(schema, "$recursiveRef") is not null && !schema.ContainsKey("$ref") && (recursive ?? OuterOf(pointer, scope)) is { } outer)
            {
                schema.Remove("$recursiveRef");
                schema["$ref"] = $"#{outer}";
            }
            else if (TextOf(schema, "$dynamicRef") is ['#', .. var name] && !schema.ContainsKey("$ref")
                && (AnchorOf(scope, name) ?? (name.StartsWith('/') ? name : null)) is { } anchored)
            {
                schema.Remove("$dynamicRef");
                schema["$ref"] = $"#{anchored}";
            }
        }

        foreach (var (name, part) in PartsOf(node).ToArray())
        {
            Rewrite(part, $"{pointer}/{name}", scope, address, recursive);
        }
    }

    /// <summary>The pointer for a reference, or null if the reference can remain as it is.</summary>
    private string? TargetOf(string reference, string scope, Uri address) => reference switch
    {
        "#" => scope.Length > 0 ? scope : null,
        ['#', '/', ..] => scope.Length > 0 && Exists($"{scope}{reference[1..]}") ? $"{scope}{reference[1..]}" : null,
        ['#', .. var name] => AnchorOf(scope, name),
        _ => ByAddress(reference, address),
    };

    private string? ByAddress(string reference, Uri address)
    {
        var parts = Resolve(address, reference).ToString().Split('#', 2);
        if (!_ids.TryGetValue(parts[0], out var pointer))
        {
            return null;
        }

        return parts is [_, { Length: > 0 } fragment] ? fragment.StartsWith('/') ? $"{pointer}{fragment}" : AnchorOf(pointer, fragment) : pointer;
    }

    private string? AnchorOf(string scope, string name) =>
        _anchors.TryGetValue((scope, name), out var pointer) || _anchors.TryGetValue(("", name), out pointer) ? pointer : null;

    /// <summary>The schema that contains the pointer: its scope's schema, or the component.</summary>
    private static string? OuterOf(string pointer, string scope) =>
        scope.Length > 0 ? scope : pointer.Split('/') is ["", "components", "schemas", var name, ..] ? $"/components/schemas/{name}" : null;

    private bool Exists(string pointer)
    {
        var node = _root;
        foreach (var token in pointer.Split('/').Skip(1))
        {
            var name = Uri.UnescapeDataString(token).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            node = node switch
            {
                JsonObject json => json[name],
                JsonArray array when int.TryParse(name, out var index) && index >= 0 && index < array.Count => array[index],
                _ => null,
            };
            if (node is null)
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<(string Name, JsonNode? Node)> PartsOf(JsonNode? node) => node switch
    {
        JsonObject json => json.Select(member => (Uri.EscapeDataString(member.Key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)), member.Value)),
        JsonArray array => array.Select((item, index) => (index.ToString(), item)),
        _ => [],
    };

    private static Uri Resolve(Uri address, string reference) => Uri.TryCreate(address, reference, out var resolved) ? resolved : address;

    private static string? TextOf(JsonObject schema, string keyword) =>
        schema.TryGetPropertyValue(keyword, out var node) && node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
