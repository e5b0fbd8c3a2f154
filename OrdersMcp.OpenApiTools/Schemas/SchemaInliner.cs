using System.Text.Json.Nodes;

namespace OrdersMcp.OpenApiTools.Schemas;

/// <summary>
/// Inlines definitions: a model reads a schema from top to bottom, and a definition that is used once, or is shorter than a
/// reference to it, only costs.
/// </summary>
internal sealed class SchemaInliner
{
    private const string Prefix = "#/$defs/";
    private const int ShortLength = 64;
    private const int MaxHeight = 16; // in levels of JSON; a definition may be inlined at a deep level

    private readonly IDictionary<string, JsonNode?> _definitions;
    private readonly Dictionary<string, List<JsonObject>> _uses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _leadsTo = new(StringComparer.Ordinal);
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);

    private SchemaInliner(JsonObject root, IDictionary<string, JsonNode?> definitions)
    {
        _definitions = definitions;
        FindUses(root, from: null);
        foreach (var (name, definition) in definitions)
        {
            FindUses(definition, from: name);
        }
    }

    public static void Inline(JsonObject root, IDictionary<string, JsonNode?> definitions)
    {
        var tidying = new SchemaInliner(root, definitions);
        foreach (var name in definitions.Keys.ToArray())
        {
            tidying.Inline(name);
        }
    }

    /// <summary>A reference counts only where a schema can be; elsewhere it is data that looks like a reference.</summary>
    private void FindUses(JsonNode? node, string? from)
    {
        if (node is not JsonObject schema)
        {
            return;
        }

        if (schema["$ref"] is JsonValue value && value.TryGetValue(out string? reference))
        {
            var name = reference[Prefix.Length..];
            (_uses.TryGetValue(name, out var uses) ? uses : _uses[name] = []).Add(schema);
            if (from is not null)
            {
                (_leadsTo.TryGetValue(from, out var next) ? next : _leadsTo[from] = []).Add(name);
            }
        }

        foreach (var inner in SchemaKeywords.SchemasIn(schema))
        {
            FindUses(inner, from);
        }
    }

    private void Inline(string name)
    {
        if (!_done.Add(name) || IsRecursive(name))
        {
            return;
        }

        // Inline the definitions that it uses first, because they move with it.
        foreach (var next in _leadsTo.GetValueOrDefault(name) ?? [])
        {
            Inline(next);
        }

        if (_definitions[name] is not JsonObject definition || !_uses.TryGetValue(name, out var uses))
        {
            return;
        }

        var isShort = definition.Count <= 3 && !definition.ContainsKey("$ref") && definition.ToJsonString().Length <= ShortLength
            && !definition.ToJsonString().Contains(Prefix, StringComparison.Ordinal);
        if ((uses.Count > 1 && !isShort) || Height(definition) > MaxHeight || uses.Exists(use => !CanMerge(use, definition)))
        {
            return;
        }

        _definitions.Remove(name);
        foreach (var use in uses)
        {
            use.Remove("$ref");
            foreach (var (keyword, value) in definition.ToArray())
            {
                if (!use.ContainsKey(keyword))
                {
                    // Moved if possible, so that the uses found in it remain the same objects.
                    if (uses.Count == 1)
                    {
                        definition.Remove(keyword);
                        use[keyword] = value;
                    }
                    else
                    {
                        use[keyword] = value?.DeepClone();
                    }
                }
            }
        }
    }

    /// <summary>Keywords next to a reference also apply; only an annotation may replace the definition's.</summary>
    private static bool CanMerge(JsonObject use, JsonObject definition) =>
        use.All(entry => entry.Key == "$ref" || SchemaKeywords.Annotations.Contains(entry.Key) || !definition.ContainsKey(entry.Key))
        && !(use.Count > 1 && definition.ContainsKey("$ref"));

    private static int Height(JsonNode? node) => node switch
    {
        JsonObject json => 1 + json.Select(entry => Height(entry.Value)).DefaultIfEmpty().Max(),
        JsonArray array => 1 + array.Select(Height).DefaultIfEmpty().Max(),
        _ => 0,
    };

    private bool IsRecursive(string name)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var next = new Stack<string>(_leadsTo.GetValueOrDefault(name) ?? []);
        while (next.TryPop(out var each))
        {
            if (each == name)
            {
                return true;
            }

            if (seen.Add(each))
            {
                foreach (var further in _leadsTo.GetValueOrDefault(each) ?? [])
                {
                    next.Push(further);
                }
            }
        }

        return false;
    }
}
