using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Schemas;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>Collects the arguments of a tool and gives each a unique name.</summary>
internal sealed class ArgumentList(ApiDocument document)
{
    /// <summary>A larger request schema is truncated, and the API checks the truncated parts.</summary>
    private const int SchemaBudget = 64 * 1024;

    private const int LongestName = 64;

    private readonly SchemaWriter _writer = new(document, SchemaDirection.Input, SchemaBudget);
    private readonly JsonObject _properties = [];
    private readonly List<string> _required = [];
    private readonly List<ArgumentBinding> _bindings = [];
    private readonly HashSet<string> _nullable = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _aliases = new(StringComparer.Ordinal);

    public ApiDocument Document => document;

    /// <summary>Parameter names that are not legal argument names, and the argument of each.</summary>
    public IReadOnlyDictionary<string, string> Aliases => _aliases;

    public IReadOnlyList<ArgumentBinding> Bindings => _bindings;

    /// <summary>
    /// The arguments that accept null although their schema omits it, because null means the same as absence.
    /// </summary>
    public IReadOnlySet<string> Nullable => _nullable;

    public void Add(JsonObject schema, ArgumentBinding binding, bool isRequired)
    {
        if (binding is { Name: { } name, Place: not (ArgumentPlace.File or ArgumentPlace.IdempotencyKey) } && LegalName(name) != name)
        {
            // A model may use the parameter's original name.
            schema["description"] = schema["description"] is { } said ? $"{said} ({name})" : name;
            _aliases.TryAdd(name, binding.Argument);
        }

        _properties[binding.Argument] = schema;
        _bindings.Add(binding);
        if (isRequired)
        {
            _required.Add(binding.Argument);
        }
    }

    /// <summary>
    /// Omits null from the schema of an optional argument. Null is still accepted, and is sent if <c>sendsNull</c> says so.
    /// </summary>
    public void Add(JsonObject schema, ArgumentBinding binding, bool isRequired, bool sendsNull)
    {
        if (!isRequired && NullableTypes.TryRemove(schema) && sendsNull)
        {
            _nullable.Add(binding.Argument);
        }

        Add(schema, binding, isRequired);
    }

    public bool Has(string name) => _properties.ContainsKey(LegalName(name));

    /// <summary>
    /// The name; if it is taken, the name with its place. Names are taken by paths, queries, headers, cookies and bodies, in
    /// this order.
    /// </summary>
    public string Unique(string name, string place)
    {
        var legal = LegalName(name);
        var unique = legal;
        for (var i = 1; _properties.ContainsKey(unique); i++)
        {
            var suffix = i == 1 ? $"_{place}" : $"_{place}_{i}";
            unique = $"{legal[..Math.Min(legal.Length, LongestName - suffix.Length)]}{suffix}";
        }

        return unique;
    }

    /// <summary>Whether a property of a body is nothing that a caller sends.</summary>
    public bool IsHidden(JsonElement property) => _writer.IsHidden(property);

    public JsonObject WriteSchema(JsonElement source, string? description)
    {
        // A boolean schema becomes an object, because a property's schema can have a description.
        var schema = source.ValueKind switch
        {
            JsonValueKind.Object => (JsonObject)_writer.Write(source),
            JsonValueKind.False => new JsonObject { ["not"] = new JsonObject() },
            _ => [],
        };
        if (!string.IsNullOrWhiteSpace(description))
        {
            schema["description"] = BoundedText.Of(description, maxLength: 400);
        }

        return schema;
    }

    /// <summary>The schema of all arguments.</summary>
    public JsonObject Complete(Action<string> warn)
    {
        foreach (var (name, schema) in _properties.Where(property => !_required.Contains(property.Key)).ToArray())
        {
            // Required arguments come first.
            _properties.Remove(name);
            _properties[name] = schema;
        }

        var root = new JsonObject { ["type"] = "object", ["properties"] = _properties };
        if (_required.Count > 0)
        {
            root["required"] = new JsonArray([.. _required.Select(name => (JsonNode)name)]);
        }

        root["additionalProperties"] = false;
        _writer.Complete(root);
        NullableTypes.Split(root);
        foreach (var warning in _writer.Warnings.Distinct(StringComparer.Ordinal))
        {
            warn(warning);
        }

        if (_writer.IsTruncated)
        {
            warn($"The input schema is larger than {SchemaBudget / 1024} KiB or nested too deep; its deepest parts accept any value.");
        }

        return root;
    }

    /// <summary>
    /// What Claude, OpenAI and Gemini all accept: letters, digits and <c>_</c>, no digit first, up to 64 characters.
    /// Hyphenated names, such as those of headers, become camel case.
    /// </summary>
    private static string LegalName(string name)
    {
        var legal = new StringBuilder(name.Length);
        var startsWord = false;
        foreach (var letter in name.Contains('-', StringComparison.Ordinal) && char.IsAsciiLetterUpper(name[0]) ? $"{char.ToLowerInvariant(name[0])}{name[1..]}" : name)
        {
            if (char.IsAsciiLetterOrDigit(letter) || letter == '_')
            {
                legal.Append(startsWord ? char.ToUpperInvariant(letter) : letter);
                startsWord = false;
            }
            else if (letter == '-')
            {
                startsWord = legal.Length > 0;
            }
            else if (legal.Length > 0 && legal[^1] != '_')
            {
                legal.Append('_');
                startsWord = false;
            }
        }

        var text = legal.ToString().TrimEnd('_');
        text = text.Length == 0 ? "value" : char.IsAsciiDigit(text[0]) ? $"_{text}" : text;
        return text.Length <= LongestName ? text : text[..LongestName];
    }
}
