using System.Collections.Frozen;
using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>
/// The input schema of a tool, compiled once to check the arguments of its calls. It supports the keywords that constrain
/// JSON values. Formats are annotations (JSON Schema 2020-12, 7.2.1) and left to the API; times are sent in their standard
/// spelling.
/// </summary>
internal sealed class ArgumentSchema
{
    private const JsonTypes Numbers = JsonTypes.Integer | JsonTypes.Number;

    /// <summary>
    /// Rules left to the API: agents seldom break them, and an error here would not help them more. <c>oneOf</c> is checked
    /// as <c>anyOf</c>.
    /// </summary>
    private static readonly FrozenSet<string> Unchecked = FrozenSet.ToFrozenSet(
        [
            "oneOf", "uniqueItems", "contains", "propertyNames", "if", "dependentRequired", "dependentSchemas", "unevaluatedProperties",
            "unevaluatedItems", "$dynamicRef",
        ], StringComparer.Ordinal);

    private readonly bool _isNever;
    private readonly bool _saysMore;
    private readonly JsonTypes _types;
    private readonly ValueRules? _values;
    private readonly NumberRules? _number;
    private readonly TextRules? _text;
    private readonly ListRules? _list;
    private readonly ObjectRules? _object;
    private readonly ArgumentSchema[] _all = [];
    private readonly AlternativeRules? _any;
    private readonly ArgumentSchema? _not;
    private readonly Lazy<ArgumentSchema>? _reference;
    private readonly string? _format;
    private IReadOnlySet<string> _nullable = FrozenSet<string>.Empty;
    private string? _cursor;

    private ArgumentSchema(JsonElement schema, Dictionary<string, Lazy<ArgumentSchema>> definitions)
    {
        _isNever = schema.ValueKind == JsonValueKind.False;
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        _types = TypesOf(schema.Member("type"));
        _values = ValueRules.Of(schema);
        _number = NumberRules.Of(schema);
        _text = TextRules.Of(schema);
        _format = schema.Text("format");
        _list = ListRules.Of(schema, Part);
        _object = ObjectRules.Of(schema, Part);
        _all = [.. schema.Member("allOf").Items().Select(Part)];

        _any = AlternativeRules.Of(schema, Part);
        _not = schema.TryGetProperty("not", out var not) ? Part(not) : null;
        _reference = schema.Text("$ref") is { } reference ? definitions.GetValueOrDefault(reference) : null;
        _saysMore = schema.EnumerateObject().Any(keyword => Unchecked.Contains(keyword.Name) || (keyword.NameEquals("$ref") && _reference is null));

        ArgumentSchema Part(JsonElement part) => new(part, definitions);
    }

    /// <param name="schema">The schema of all arguments.</param>
    /// <param name="nullable">Arguments that accept null although the schema omits it.</param>
    /// <param name="cursor">The argument that holds a cursor from an earlier answer: empty text counts as absent.</param>
    public static ArgumentSchema Compile(JsonElement schema, IReadOnlySet<string> nullable, string? cursor = null)
    {
        var definitions = new Dictionary<string, Lazy<ArgumentSchema>>(StringComparer.Ordinal);
        foreach (var definition in schema.Member("$defs").Members())
        {
            definitions[$"#/$defs/{definition.Name}"] = new(() => new ArgumentSchema(definition.Value, definitions));
        }

        return new ArgumentSchema(schema, definitions) { _nullable = nullable, _cursor = cursor };
    }

    /// <summary>
    /// The path and rule of the first problem with an answer; null if there is none. Values are not coerced. A property that
    /// the schema does not name is <c>*</c> in the path, because the names in a map are data.
    /// </summary>
    public (string Path, string Rule)? FirstProblem(JsonElement answer)
    {
        var report = new ArgumentReport { IsExact = true, IsOfAnswer = true };
        Check(answer, report);
        return report.First();
    }

    /// <summary>Checks the arguments of a call, and reports every problem and every coerced value.</summary>
    public ArgumentReport Check(IDictionary<string, JsonElement> arguments)
    {
        var report = Check(arguments, new ArgumentReport());

        // A coerced value must also satisfy the rules that were checked against the original.
        return report is { IsClean: true, HasReplacements: true }
            && (report.TryApply(arguments) is not { } read || !Check(read, new ArgumentReport { IsExact = true }).IsClean)
                ? Check(arguments, new ArgumentReport { IsExact = true })
                : report;
    }

    private ArgumentReport Check(IDictionary<string, JsonElement> arguments, ArgumentReport report)
    {
        foreach (var name in _object!.Required)
        {
            if (!arguments.TryGetValue(name, out var value) || IsAbsent(name, value))
            {
                report.AddAt(name, "is required.");
            }
        }

        foreach (var (name, value) in arguments)
        {
            if (_object.Property(name) is not { } property)
            {
                report.AddAt(name, _object.Unknown(name, "is not an argument of this tool."));
            }
            else if (IsAbsent(name, value))
            {
                report.Drop(name);
            }
            else if (!report.IsExact && IsWordForAbsence(value) && !_object.Required.Contains(name, StringComparer.Ordinal)
                && (name == _cursor || property.HasNoWord(value)))
            {
                report.Drop(name, value);
            }
            else if (value.ValueKind != JsonValueKind.Null || !_nullable.Contains(name))
            {
                report.Enter(name);
                property.Check(value, report);
                report.Leave();
            }
        }

        return report;
    }

    /// <summary>Whether the value breaks no rule, after coercion if necessary.</summary>
    public bool Allows(JsonElement value)
    {
        var trial = new ArgumentReport();
        Check(value, trial);
        return trial.IsClean;
    }

    /// <summary>
    /// Whether the value certainly matches as it is: under <c>not</c>, neither coercion nor a rule left to the API may
    /// decide.
    /// </summary>
    private bool Fits(JsonElement value) => Try(value) is { IsClean: true, IsUnsure: false };

    /// <summary>Checks the value as it is, and keeps no problem; null if it is of a wrong kind.</summary>
    public ArgumentReport? Try(JsonElement value)
    {
        if (Excludes(value))
        {
            return null;
        }

        var trial = new ArgumentReport { IsExact = true, IsTrial = true };
        Check(value, trial);
        return trial;
    }

    /// <summary>Whether the value is of a wrong kind, which most alternatives are refused for.</summary>
    private bool Excludes(JsonElement value) => _isNever
        || (_types != JsonTypes.None && !_types.Includes(value)) || _reference?.Value.Excludes(value) is true;

    /// <summary>Checks the value at the report's current path, and adds its problems to the report.</summary>
    public void Check(JsonElement value, ArgumentReport report)
    {
        if (_isNever)
        {
            report.Add("is not allowed.");
            return;
        }

        if (_saysMore)
        {
            report.Doubt();
        }

        _reference?.Value.Check(value, report);
        if (!CheckType(ref value, report) || _values?.Check(ref value, report) is false)
        {
            return;
        }

        if (_not?.Fits(value) is true)
        {
            report.Add("is not allowed.");
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                _number?.Check(value, report);
                break;
            case JsonValueKind.String:
                if (_format == TimeText.Format && !report.IsExact)
                {
                    TimeText.Read(ref value, report);
                }

                _text?.Check(value, report);
                break;
            case JsonValueKind.Array:
                _list?.Check(value, report);
                break;
            case JsonValueKind.Object:
                _object?.Check(value, report);
                break;
        }

        foreach (var part in _all)
        {
            part.Check(value, report);
        }

        _any?.Check(value, report);
    }

    private static JsonTypes TypesOf(JsonElement type) => type.ValueKind switch
    {
        JsonValueKind.Array => type.Texts().Aggregate(JsonTypes.None, (types, name) => types | JsonTypesOf.Name(name)),
        JsonValueKind.String => JsonTypesOf.Name(type.GetString()!),
        _ => JsonTypes.None,
    };

    /// <summary>Models write null for arguments that they leave out.</summary>
    private bool IsAbsent(string name, JsonElement value) => value.ValueKind == JsonValueKind.Undefined
        || (value.ValueKind == JsonValueKind.Null && !_nullable.Contains(name)
            && _object!.Property(name)?.Allows(value) is not true);

    /// <summary>Models also write these texts for arguments that they leave out.</summary>
    private static bool IsWordForAbsence(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && (value.ValueEquals(""u8) || value.ValueEquals("null"u8));

    /// <summary>Whether the schema restricts its texts or allows none, and the word is not a valid value.</summary>
    private bool HasNoWord(JsonElement word) => HasForm && (HasFormat || !Allows(word));

    private bool HasForm => HasFormat || _values is not null || _text?.HasPattern is true || (_types != JsonTypes.None && !_types.HasFlag(JsonTypes.String))
        || _reference?.Value.HasForm is true || Array.Exists(_all, part => part.HasForm) || _any?.All(part => part.HasForm) is true;

    /// <summary>The API checks formats, and no format of text allows an empty value.</summary>
    private bool HasFormat => (_format is not (null or "password" or "binary" or "byte") && _values is null)
        || _reference?.Value.HasFormat is true || Array.Exists(_all, part => part.HasFormat)
        || _any?.All(part => part.HasFormat || part._types == JsonTypes.Null) is true;

    private bool CheckType(ref JsonElement value, ArgumentReport report)
    {
        (JsonElement Value, string Said)? read = null;
        if (_types != JsonTypes.None && !_types.Includes(value))
        {
            read = report.IsExact ? null : Coercion.Of(value, _types, _list);
            if (read is null)
            {
                report.Add($"must be {_types.InWords()}, but is {JsonTypesOf.Describe(value)}.");
                return false;
            }
        }
        else if (!report.IsExact && value.ValueKind == JsonValueKind.Number && (_types & Numbers) == JsonTypes.Integer)
        {
            read = Coercion.OfInteger(value);
        }

        if (read is var (meant, said))
        {
            value = meant;
            report.Replace(meant, said);
        }

        return true;
    }
}
