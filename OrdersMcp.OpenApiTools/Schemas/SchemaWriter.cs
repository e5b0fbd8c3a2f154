using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Schemas;

/// <summary>
/// Whether a schema describes data to send, without read-only properties, or received data, without write-only properties.
/// </summary>
internal enum SchemaDirection
{
    Input,
    Output,
}

/// <summary>
/// Turns schemas of a document into one self-contained JSON Schema (2020-12): referenced schemas are added under
/// <c>$defs</c>, and keywords that only OpenAPI or documentation uses are translated or omitted. Beyond a budget of bytes,
/// nested schemas allow anything: that is true of every value, and a model does not need more. A brief schema has only
/// keywords that constrain values.
/// </summary>
internal sealed class SchemaWriter(ApiDocument document, SchemaDirection direction, int budget, bool isBrief = false)
{
    private const int MaxDepth = 16; // many JSON readers and writers have a depth limit of 64, and a schema takes two levels
    private const string HeaderExtension = "x-mcp-header"; // in MCP 2026-07-28: clients repeat the argument as a header

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, JsonNode?> _definitions = new(StringComparer.Ordinal);
    private readonly Queue<string> _pending = new();
    private int _spent;
    private int _depth;

    /// <summary>Whether the budget was too small for the whole schema.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Warnings about schemas in the document that cannot be used as they are.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>A schema whose references point into the definitions that <see cref="Complete"/> adds.</summary>
    public JsonNode Write(JsonElement schema) => Write(schema, isAlternative: false);

    /// <summary>
    /// The schema, or the schema that it refers to, because the root of a tool's schema must not be a reference.
    /// </summary>
    public JsonObject WriteRoot(JsonElement schema) => Write(document.ResolveSchema(schema)) as JsonObject ?? [];

    /// <summary>
    /// Adds to a schema all definitions that it refers to, directly or indirectly, and inlines them where possible.
    /// </summary>
    public void Complete(JsonObject root)
    {
        while (_pending.TryDequeue(out var reference))
        {
            _definitions[_names[reference]] = Write(document.Find(reference));
        }

        SchemaInliner.Inline(root, _definitions);
        if (_definitions.Count > 0)
        {
            root["$defs"] = new JsonObject(_definitions);
        }
    }

    /// <summary>Whether schemas in this direction omit a property.</summary>
    public bool IsHidden(JsonElement property)
    {
        var flag = direction == SchemaDirection.Input ? "readOnly" : "writeOnly";
        return property.Flag(flag) ?? document.ResolveSchema(property).Flag(flag) ?? false;
    }

    private JsonNode Write(JsonElement schema, bool isAlternative)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return JsonValue.Create(schema.GetBoolean());
        }

        if (_spent > budget || _depth > MaxDepth)
        {
            IsTruncated |= schema.Members().Any();
            return new JsonObject();
        }

        var target = new JsonObject();
        var reference = schema.Text("$ref");
        if (reference is not null && Refer(reference) is { } name)
        {
            target["$ref"] = name;
        }

        _depth++;
        foreach (var keyword in schema.Members())
        {
            // OpenAPI 3.0 allows nothing next to a reference; a description there is common, and harmless.
            if (reference is null || (document.IsOpenApi30 ? keyword.Name == "description" : keyword.Name != "$ref"))
            {
                WriteKeyword(target, keyword, isAlternative);
            }
        }

        _depth--;
        RemoveHidden(target, schema);
        Discriminators.Write(document, target, schema, SourceOf);
        OpenApi30Schemas.Translate(target, schema);
        ClientRules.Apply(target, direction);
        _spent += SchemaNotes.Write(document, target, schema, direction, isBrief);
        return target;
    }

    private void WriteKeyword(JsonObject target, JsonProperty keyword, bool isAlternative)
    {
        var (name, value) = (keyword.Name, keyword.Value);
        var kind = SchemaKeywords.KindOf(name);
        if (!SchemaKeywords.IsLegal(kind, value))
        {
            WriteOldForm(target, name, value);
            return;
        }

        if ((name.StartsWith("x-", StringComparison.Ordinal) && name != HeaderExtension)
            || (isBrief && SchemaKeywords.Annotations.Contains(name))
            || (name == "title" && !isAlternative) // a title repeats the property's name, but names an alternative
            || name is "description" or "examples") // written below
        {
            return;
        }

        if (kind is KeywordKind.List or KeywordKind.Value && value.Size() > budget)
        {
            IsTruncated = true;
            return;
        }

        _spent += name.Length + 4;
        target[name] = kind switch
        {
            KeywordKind.Schema => Write(value),
            KeywordKind.SchemaMap => WriteMap(value, name == "patternProperties"),
            KeywordKind.SchemaList => new JsonArray(
                [.. value.EnumerateArray().Where(IsSchema).Select(item => Write(item, isAlternative: true))]),
            KeywordKind.Texts or KeywordKind.Type when value.ValueKind == JsonValueKind.Array => new JsonArray(
                [.. value.Texts().Distinct(StringComparer.Ordinal).Select(text => (JsonNode)text)]),
            _ => Copy(value),
        };
    }

    private JsonObject WriteMap(JsonElement map, bool isByPattern)
    {
        var target = new JsonObject();
        foreach (var entry in map.EnumerateObject().Where(entry => IsSchema(entry.Value) && !(isByPattern && !EcmaPattern.IsValid(entry.Name))))
        {
            _spent += entry.Name.Length + 4;
            target[entry.Name] = Write(entry.Value);
        }

        return target;
    }

    private static bool IsSchema(JsonElement value) => SchemaKeywords.IsLegal(KeywordKind.Schema, value);

    private JsonNode? Copy(JsonElement value)
    {
        _spent += value.Size();
        return value.ValueKind switch
        {
            JsonValueKind.Object => JsonObject.Create(value),
            JsonValueKind.Array => JsonArray.Create(value),
            _ => JsonValue.Create(value),
        };
    }

    /// <summary>Translates forms from earlier drafts of JSON Schema, on which OpenAPI 3.0 builds.</summary>
    private void WriteOldForm(JsonObject target, string name, JsonElement value)
    {
        if (name == "items" && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0)
        {
            target["prefixItems"] = new JsonArray([.. value.EnumerateArray().Where(IsSchema).Select(Write)]);
        }
        else if (name is "$dynamicRef" or "$recursiveRef")
        {
            Warnings.Add($"'{name}' names nothing here and is not followed; any value is allowed there.");
        }
        else if (SchemaKeywords.KindOf(name) != KeywordKind.Dropped && name is not ("exclusiveMinimum" or "exclusiveMaximum"))
        {
            Warnings.Add($"A schema's '{name}' has a value that JSON Schema does not allow; it is omitted.");
        }
    }

    /// <summary>The reference to a definition; null if it leads nowhere or to itself, so that anything is allowed.</summary>
    private string? Refer(string reference)
    {
        if (!_names.TryGetValue(reference, out var name))
        {
            try
            {
                document.Resolve(document.Find(reference));
            }
            catch (ApiDocumentException exception) when (!exception.LeavesDocument)
            {
                Warnings.Add($"{exception.Message} Any value is allowed there.");
                return null;
            }

            var own = string.Concat(reference[(reference.LastIndexOf('/') + 1)..].Select(
                letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' ? letter : '_'));
            name = own;
            for (var i = 2; _names.ContainsValue(name); i++)
            {
                name = $"{own}_{i}";
            }

            _names[reference] = name;
            _pending.Enqueue(reference);
        }

        _spent += name.Length + 20;
        return $"#/$defs/{name}";
    }

    /// <summary>The document's reference for a reference in the written schema.</summary>
    private string SourceOf(string reference) => _names.First(entry => $"#/$defs/{entry.Value}" == reference).Key;

    private void RemoveHidden(JsonObject target, JsonElement schema)
    {
        // Names that match an omitted pattern must not become forbidden.
        if (schema.Member("patternProperties").Members().Any(entry => !EcmaPattern.IsValid(entry.Name)))
        {
            target.Remove("additionalProperties");
        }

        foreach (var property in schema.Member("properties").Members())
        {
            if (IsSchema(property.Value) && IsHidden(property.Value))
            {
                (target["properties"] as JsonObject)?.Remove(property.Name);
                if (target["required"] is JsonArray required
                    && required.FirstOrDefault(name => name!.GetValue<string>() == property.Name) is { } entry)
                {
                    required.Remove(entry);
                }
            }
        }

        if (target["required"] is JsonArray { Count: 0 })
        {
            target.Remove("required");
        }
    }
}
