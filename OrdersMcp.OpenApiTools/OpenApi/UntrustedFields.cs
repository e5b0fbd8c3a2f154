using System.Text.Json;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>Finds the fields that a document marks with <c>x-untrusted</c>: other people wrote their content.</summary>
internal sealed class UntrustedFields
{
    private const string Mark = "x-untrusted";
    private const string Schemas = "#/components/schemas/";
    private const int MaxDepth = 8;
    private const int MaxFields = 64;

    private readonly ApiDocument _document;
    private readonly HashSet<string> _leading;

    /// <param name="document">The document.</param>
    /// <param name="schemas">Its schemas, by their names.</param>
    public UntrustedFields(ApiDocument document, IReadOnlyDictionary<string, JsonElement> schemas)
    {
        _document = document;
        _leading = FindLeading(schemas);
    }

    /// <summary>The paths of these fields within a value of the schema, such as <c>items[].note</c>.</summary>
    public IReadOnlyList<string> In(JsonElement schema, string path = "")
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        Collect(schema, path, depth: 0, found);
        return [.. found];
    }

    private void Collect(JsonElement node, string path, int depth, SortedSet<string> found)
    {
        if (found.Count > MaxFields || depth > MaxDepth || IsFree(node))
        {
            return;
        }

        var target = _document.ResolveSchema(node);
        if (path.Length > 0 && (node.Flag(Mark) ?? target.Flag(Mark)) is true)
        {
            found.Add(path);
            return;
        }

        foreach (var property in target.Member("properties").Members())
        {
            Collect(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}", depth + 1, found);
        }

        if (target.Member("items").ValueKind == JsonValueKind.Object)
        {
            Collect(target.Member("items"), $"{path}[]", depth + 1, found);
        }

        foreach (var keyword in new[] { "allOf", "anyOf", "oneOf" })
        {
            foreach (var part in target.Member(keyword).Items())
            {
                Collect(part, path, depth + 1, found);
            }
        }
    }

    /// <summary>Whether the node only refers to a schema that has no such field at any depth.</summary>
    private bool IsFree(JsonElement node) => node.Text("$ref") is { } reference && node.Flag(Mark) is not true
        && reference.StartsWith(Schemas, StringComparison.Ordinal) && IsName(reference.AsSpan(Schemas.Length))
        && !_leading.Contains(reference[Schemas.Length..]);

    /// <summary>Whether the text needs no decoding and names a schema, not a part of a schema.</summary>
    private static bool IsName(ReadOnlySpan<char> name) => !name.ContainsAny("/~%");

    /// <summary>
    /// The schemas that contain such a field or lead to it. The schemas of a large document refer to one another in so many
    /// ways that following every reference would take longer than everything else.
    /// </summary>
    private static HashSet<string> FindLeading(IReadOnlyDictionary<string, JsonElement> schemas)
    {
        var leading = new HashSet<string>(StringComparer.Ordinal);
        var usedBy = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (name, schema) in schemas)
        {
            Scan(schema, name);
        }

        var pending = new Stack<string>(leading);
        while (pending.TryPop(out var each))
        {
            foreach (var user in usedBy.GetValueOrDefault(each) ?? [])
            {
                if (leading.Add(user))
                {
                    pending.Push(user);
                }
            }
        }

        return leading;

        void Scan(JsonElement node, string within)
        {
            foreach (var member in node.Members())
            {
                if (member.NameEquals(Mark) && member.Value.ValueKind == JsonValueKind.True)
                {
                    leading.Add(within);
                }
                else if (member.NameEquals("$ref") && member.Value.ValueKind == JsonValueKind.String)
                {
                    Use(member.Value.GetString()!, within);
                }
                else
                {
                    Scan(member.Value, within);
                }
            }

            foreach (var item in node.Items())
            {
                Scan(item, within);
            }
        }

        void Use(string reference, string within)
        {
            if (!reference.StartsWith(Schemas, StringComparison.Ordinal) || !IsName(reference.AsSpan(Schemas.Length)))
            {
                leading.Add(within); // a reference into a part, or elsewhere: it is checked when it is met
                return;
            }

            var name = reference[Schemas.Length..];
            (usedBy.TryGetValue(name, out var users) ? users : usedBy[name] = []).Add(within);
        }
    }
}
