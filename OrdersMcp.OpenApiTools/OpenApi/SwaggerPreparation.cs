using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>
/// Prepares a Swagger 2.0 document for Microsoft's converter, which silently loses body parameters of paths, paths in other
/// files, and references to anything but the document's own definitions, parameters and responses.
/// </summary>
internal sealed class SwaggerPreparation
{
    /// <summary>Keywords of a parameter's schema that the converter does not read in a parameter.</summary>
    public const string LimitsExtension = "x-ordersmcp-limits";

    /// <summary>Marks a list as not exploded, as <c>collectionFormat</c> says. The converter omits this.</summary>
    public const string ExplodeExtension = "x-ordersmcp-explode";

    private const int MostSteps = 32;
    private static readonly string[] Containers = ["definitions", "parameters", "responses"];
    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch"];

    private readonly JsonObject _root;
    private readonly Action<string> _warn;
    private readonly IReadOnlyDictionary<string, string> _unread;
    private readonly Dictionary<(string Reference, string Kind), string> _moved = [];
    private readonly Queue<JsonNode> _pending = new();
    private long _left = DocumentText.MaxBytes;

    private SwaggerPreparation(JsonObject root, IReadOnlyDictionary<string, string> unread, Action<string> warn) =>
        (_root, _unread, _warn) = (root, unread, warn);

    /// <param name="root">The document, which is changed.</param>
    /// <param name="unread">The references to files that could not be read, and the reasons.</param>
    /// <param name="warn">Receives warnings about what is lost.</param>
    /// <exception cref="ApiDocumentException">The document is too large without references.</exception>
    public static void Apply(JsonObject root, IReadOnlyDictionary<string, string> unread, Action<string> warn) =>
        new SwaggerPreparation(root, unread, warn).Apply();

    private void Apply()
    {
        foreach (var name in Containers.Append("paths"))
        {
            Inline(_root, name);
        }

        foreach (var parameter in (_root["parameters"] as JsonObject ?? []).ToArray())
        {
            PrepareParameter(parameter.Value);
        }

        foreach (var path in (_root["paths"] as JsonObject ?? []).Select(path => path.Key).ToArray())
        {
            Inline(_root["paths"]!.AsObject(), path);
            if (_root["paths"]![path] is JsonObject item)
            {
                PreparePath(item);
            }
        }

        _pending.Enqueue(_root);
        while (_pending.TryDequeue(out var node))
        {
            MoveReferencesIn(node);
        }

        _root.Remove(DocumentBundle.Member);
    }

    private void PreparePath(JsonObject item)
    {
        var shared = item["parameters"] as JsonArray ?? [];
        foreach (var parameter in shared)
        {
            PrepareParameter(parameter);
        }

        var bodies = shared.OfType<JsonObject>().Where(parameter => PlaceOf(parameter) is "body" or "formData").ToArray();
        foreach (var body in bodies)
        {
            shared.Remove(body);
        }

        foreach (var method in Methods)
        {
            Inline(item, method);
            if (item[method] is not JsonObject operation)
            {
                continue;
            }

            var own = operation["parameters"] as JsonArray ?? [];
            for (var i = 0; i < own.Count; i++)
            {
                PrepareParameter(own[i]);
                if (own[i] is JsonObject parameter && PlaceOf(parameter) is "formData" && parameter.ContainsKey("$ref"))
                {
                    own[i] = CopyOf(Found(parameter)!); // the converter does not follow references to parts of a form
                }
            }

            foreach (var response in (operation["responses"] as JsonObject ?? []).Select(response => response.Value))
            {
                Move(response, "responses");
            }

            if (method is not ("get" or "head")) // their content has no meaning (RFC 9110, 9.3)
            {
                AddBodies(operation, own, bodies);
            }
        }
    }

    /// <summary>Gives an operation its path's body, unless it has its own.</summary>
    private void AddBodies(JsonObject operation, JsonArray own, JsonObject[] bodies)
    {
        var known = own.OfType<JsonObject>().Select(parameter => (Place: PlaceOf(parameter), Name: Found(parameter)?["name"]?.ToString())).ToArray();
        foreach (var body in bodies)
        {
            var place = PlaceOf(body);
            var name = Found(body)?["name"]?.ToString();
            if (!known.Any(each => each.Place == "body" || (each.Place == "formData" && (place == "body" || each.Name == name))))
            {
                own.Add(CopyOf(place == "formData" ? Found(body)! : body));
                operation["parameters"] = own;
            }
        }
    }

    private void PrepareParameter(JsonNode? node)
    {
        Move(node, "parameters");
        if (node is not JsonObject parameter || TextOf(parameter, "in") is null or "body")
        {
            return;
        }

        var isList = TextOf(parameter, "type") is "array";
        if (TextOf(parameter, "collectionFormat") is { } format && format is not ("csv" or "ssv" or "pipes" or "multi"))
        {
            _warn($"The parameter '{parameter["name"]}' has the collectionFormat '{format}', which OpenAPI 3 does not have; commas join its values.");
            parameter.Remove("collectionFormat");
        }

        // In Swagger 2.0, commas join the items of a list unless its format is multi.
        if (isList && TextOf(parameter, "in") is "query" && TextOf(parameter, "collectionFormat") is not "multi")
        {
            parameter[ExplodeExtension] = false;
        }

        var limits = new JsonObject();
        foreach (var keyword in new[] { "multipleOf", "uniqueItems" })
        {
            if (parameter.Remove(keyword, out var value) && (isList || keyword == "multipleOf"))
            {
                limits[keyword] = value;
            }
        }

        if (limits.Count > 0)
        {
            parameter[LimitsExtension] = limits;
        }
    }

    private string? PlaceOf(JsonObject parameter) => Found(parameter) is JsonObject found ? TextOf(found, "in") : null;

    /// <summary>Replaces a member that is a reference with a copy of its target: Swagger 2.0 has no place for such parts.</summary>
    private void Inline(JsonObject holder, string name)
    {
        if (holder[name] is not JsonObject node || TextOf(node, "$ref") is not { } reference)
        {
            return;
        }

        if (Found(node) is { } found)
        {
            holder[name] = CopyOf(found);
            return;
        }

        holder.Remove(name);
        _warn($"'{name}' is left out: the reference '{reference}' cannot be followed{(_unread.TryGetValue(reference, out var problem) ? $": {problem}" : "")}.");
    }

    private void MoveReferencesIn(JsonNode? node)
    {
        Move(node, "definitions");
        if (node is JsonObject schema)
        {
            PrepareSchema(schema);
        }

        // A copy, because targets are added to the document on the way.
        JsonNode?[] parts = node switch
        {
            JsonObject json => [.. json.Where(member => member.Key != DocumentBundle.Member).Select(member => member.Value)],
            JsonArray array => [.. array],
            _ => [],
        };
        foreach (var part in parts)
        {
            MoveReferencesIn(part);
        }
    }

    /// <summary>Lists of types and <c>nullable</c> are not in Swagger 2.0, but frequent; the converter would drop them.</summary>
    private static void PrepareSchema(JsonObject schema)
    {
        var isNullable = schema["nullable"]?.GetValueKind() is JsonValueKind.True && schema.Remove("nullable");
        if (schema["type"] is JsonArray types && types.Where(type => type?.ToString() is not "null").ToArray() is [JsonValue type] others)
        {
            isNullable |= others.Length < types.Count;
            schema["type"] = type.DeepClone();
        }

        if (isNullable)
        {
            schema["x-nullable"] = true;
        }

        if (TextOf(schema, "collectionFormat") is not (null or "csv" or "ssv" or "pipes" or "multi"))
        {
            schema.Remove("collectionFormat"); // that of a response's header: the converter throws
        }
    }

    /// <summary>Moves the target of a reference to where the converter looks for it.</summary>
    private void Move(JsonNode? node, string kind)
    {
        if (node is not JsonObject holder || TextOf(holder, "$ref") is not { } reference || !reference.StartsWith("#/", StringComparison.Ordinal)
            || (reference.Split('/') is ["#", var container, _] && Containers.Contains(container)))
        {
            return;
        }

        if (!_moved.TryGetValue((reference, kind), out var moved))
        {
            if (Found(holder) is not { } found)
            {
                return; // the reader says so where it needs the target
            }

            var targets = _root[kind] as JsonObject ?? [];
            _root[kind] = targets;
            var name = NameIn(targets, reference);
            _moved[(reference, kind)] = moved = $"#/{kind}/{name}";
            targets[name] = CopyOf(found);
            if (kind == "parameters")
            {
                PrepareParameter(targets[name]);
            }

            _pending.Enqueue(targets[name]!);
        }

        holder["$ref"] = moved;
    }

    private static string NameIn(JsonObject targets, string reference)
    {
        var letters = reference[(reference.LastIndexOf('/') + 1)..].Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' ? letter : '_');
        var wanted = string.Concat(letters);
        var name = wanted;
        for (var i = 2; targets.ContainsKey(name); i++)
        {
            name = $"{wanted}_{i}";
        }

        return name;
    }

    /// <summary>The node, or what its reference leads to; null if that is nothing.</summary>
    private JsonNode? Found(JsonNode? node)
    {
        for (var step = 0; node is JsonObject holder && TextOf(holder, "$ref") is { } reference; step++)
        {
            node = step < MostSteps && reference.StartsWith("#/", StringComparison.Ordinal)
                ? reference[2..].Split('/').Aggregate((JsonNode?)_root, PartOf)
                : null;
        }

        return node;

        static JsonNode? PartOf(JsonNode? node, string token)
        {
            token = Uri.UnescapeDataString(token).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            return node switch
            {
                JsonObject json => json[token],
                JsonArray array when int.TryParse(token, out var index) && index >= 0 && index < array.Count => array[index],
                _ => null,
            };
        }
    }

    private JsonNode CopyOf(JsonNode node)
    {
        _left -= node.ToJsonString().Length;
        return _left >= 0
            ? node.DeepClone()
            : throw new ApiDocumentException($"The document has more than {DocumentText.MaxBytes} bytes without its references.");
    }

    private static string? TextOf(JsonObject node, string name) =>
        node.TryGetPropertyValue(name, out var value) && value is JsonValue text && text.TryGetValue(out string? read) ? read : null;
}
