using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>A schema's rules for objects.</summary>
internal sealed class ObjectRules
{
    private const int MostNamesSaid = 30;

    private readonly Dictionary<string, ArgumentSchema>? _properties;
    private readonly (SchemaPattern Pattern, ArgumentSchema Schema)[] _patterns;
    private readonly string[] _required;
    private readonly ArgumentSchema? _additional;
    private readonly bool _isClosed;
    private readonly CountRange _count;

    private ObjectRules(JsonElement schema, Func<JsonElement, ArgumentSchema> compile)
    {
        _properties = schema.Member("properties") is { ValueKind: JsonValueKind.Object } properties
            ? properties.EnumerateObject().ToDictionary(
                property => property.Name, property => compile(property.Value), StringComparer.Ordinal)
            : null;
        _patterns = [.. schema.Member("patternProperties").Members().Select(each => (new SchemaPattern(each.Name), compile(each.Value)))];
        _required = [.. schema.Member("required").Texts()];
        var additional = schema.Member("additionalProperties");
        _additional = additional.ValueKind == JsonValueKind.Object ? compile(additional) : null;
        _isClosed = additional.ValueKind == JsonValueKind.False;
        _count = CountRange.Of(schema, "minProperties", "maxProperties");
    }

    public IReadOnlyList<string> Required => _required;

    public static ObjectRules Of(JsonElement schema, Func<JsonElement, ArgumentSchema> compile) => new(schema, compile);

    public ArgumentSchema? Property(string name) => _properties?.GetValueOrDefault(name);

    public void Check(JsonElement value, ArgumentReport report)
    {
        foreach (var name in _required)
        {
            if (!value.TryGetProperty(name, out _))
            {
                report.AddAt(name, "is required.");
            }
        }

        var count = 0;
        foreach (var member in value.EnumerateObject())
        {
            count++;
            var isKnown = CheckMatching(member, report);
            if (Property(member.Name) is { } property)
            {
                report.Recognize();
                Check(property, member, report);
            }
            else if (!isKnown && _additional is not null)
            {
                report.Recognize();
                report.EnterUnnamed(member.Name);
                _additional.Check(member.Value, report);
                report.Leave();
            }
            else if (_isClosed && !isKnown)
            {
                report.EnterUnnamed(member.Name);
                report.Add(report.IsOfAnswer ? "is not a property of this object." : Unknown(member.Name, "is not a property of this object."));
                report.Leave();
            }
        }

        if (_count.Excludes(count))
        {
            report.Add($"must have {_count} properties, but has {count}.");
        }
    }

    /// <summary>
    /// Whether a pattern matches the name, or may match it: the property is then not an additional property.
    /// </summary>
    private bool CheckMatching(JsonProperty member, ArgumentReport report)
    {
        var isKnown = false;
        foreach (var (pattern, schema) in _patterns)
        {
            var matches = pattern.Matches(member.Name, report);
            isKnown |= matches is not false;
            if (matches is true)
            {
                report.EnterUnnamed(member.Name);
                schema.Check(member.Value, report);
                report.Leave();
            }
        }

        return isKnown;
    }

    private static void Check(ArgumentSchema schema, JsonProperty member, ArgumentReport report)
    {
        report.Enter(member.Name);
        schema.Check(member.Value, report);
        report.Leave();
    }

    /// <summary>The problem with an unknown name, and the name that was probably meant.</summary>
    public string Unknown(string name, string problem)
    {
        var names = _properties?.Keys.ToArray() ?? [];
        if (NearestName.Of(name, names) is { } nearest)
        {
            return $"{problem} Did you mean '{nearest}'?";
        }

        return _patterns.Length > 0
            ? $"{problem} It takes names that match {string.Join(" or ", _patterns.Select(each => each.Pattern))}{(names.Length == 0 ? "" : $", and {string.Join(", ", names.Take(MostNamesSaid))}")}."
            : names.Length == 0
            ? $"{problem} It takes none."
            : $"{problem} Those are {string.Join(", ", names.Take(MostNamesSaid))}{(names.Length > MostNamesSaid ? ", …" : "")}.";
    }
}
