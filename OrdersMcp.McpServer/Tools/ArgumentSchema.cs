using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrdersMcp.McpServer.Tools;

/// <summary>
/// The input schema of a tool, compiled once to check the arguments of its calls. It knows the keywords that say
/// something about JSON values; formats are annotations (JSON Schema 2020-12, 7.2.1) and left to the API.
/// </summary>
internal sealed class ArgumentSchema
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(100);

    private readonly bool _isNever;
    private readonly JsonTypes _types;
    private readonly JsonElement[]? _enum;
    private readonly double? _minimum;
    private readonly double? _maximum;
    private readonly double? _exclusiveMinimum;
    private readonly double? _exclusiveMaximum;
    private readonly double? _multipleOf;
    private readonly int? _minLength;
    private readonly int? _maxLength;
    private readonly int? _minItems;
    private readonly int? _maxItems;
    private readonly int? _minProperties;
    private readonly int? _maxProperties;
    private readonly Regex? _pattern;
    private readonly ArgumentSchema? _items;
    private readonly ArgumentSchema? _additional;
    private readonly bool _isClosed;
    private readonly Dictionary<string, ArgumentSchema>? _properties;
    private readonly string[] _required = [];
    private readonly ArgumentSchema[] _all = [];
    private readonly ArgumentSchema[] _any = [];
    private readonly ArgumentSchema? _not;
    private readonly Lazy<ArgumentSchema>? _reference;

    private ArgumentSchema(JsonElement schema, Dictionary<string, Lazy<ArgumentSchema>> definitions)
    {
        if (schema.ValueKind == JsonValueKind.False)
        {
            _isNever = true;
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        var all = new List<ArgumentSchema>();
        var any = new List<ArgumentSchema>();
        foreach (var keyword in schema.EnumerateObject())
        {
            var value = keyword.Value;
            switch (keyword.Name)
            {
                case "type":
                    _types = value.ValueKind == JsonValueKind.Array
                        ? value.EnumerateArray().Aggregate(JsonTypes.None, (types, type) => types | JsonTypesOf.Name(type.GetString()!))
                        : JsonTypesOf.Name(value.GetString()!);
                    break;
                case "enum":
                    _enum = [.. value.EnumerateArray()];
                    break;
                case "const":
                    _enum = [value];
                    break;
                case "minimum":
                    _minimum = value.GetDouble();
                    break;
                case "maximum":
                    _maximum = value.GetDouble();
                    break;
                case "exclusiveMinimum":
                    _exclusiveMinimum = value.GetDouble();
                    break;
                case "exclusiveMaximum":
                    _exclusiveMaximum = value.GetDouble();
                    break;
                case "multipleOf":
                    _multipleOf = value.GetDouble();
                    break;
                case "minLength":
                    _minLength = Count(value);
                    break;
                case "maxLength":
                    _maxLength = Count(value);
                    break;
                case "minItems":
                    _minItems = Count(value);
                    break;
                case "maxItems":
                    _maxItems = Count(value);
                    break;
                case "minProperties":
                    _minProperties = Count(value);
                    break;
                case "maxProperties":
                    _maxProperties = Count(value);
                    break;
                case "pattern":
                    _pattern = Pattern(value.GetString()!);
                    break;
                case "items":
                    _items = new ArgumentSchema(value, definitions);
                    break;
                case "additionalProperties":
                    _isClosed = value.ValueKind == JsonValueKind.False && !schema.TryGetProperty("patternProperties", out _);
                    _additional = value.ValueKind == JsonValueKind.Object ? new ArgumentSchema(value, definitions) : null;
                    break;
                case "properties":
                    _properties = value.EnumerateObject().ToDictionary(
                        property => property.Name, property => new ArgumentSchema(property.Value, definitions), StringComparer.Ordinal);
                    break;
                case "required":
                    _required = [.. value.EnumerateArray().Select(name => name.GetString()!)];
                    break;
                case "allOf":
                    all.AddRange(value.EnumerateArray().Select(part => new ArgumentSchema(part, definitions)));
                    break;
                case "anyOf" or "oneOf":
                    // One of them or several: which is the API's to judge, and documents often mean any by one.
                    any.AddRange(value.EnumerateArray().Select(part => new ArgumentSchema(part, definitions)));
                    break;
                case "not":
                    _not = new ArgumentSchema(value, definitions);
                    break;
                case "$ref":
                    _reference = definitions.GetValueOrDefault(value.GetString()!);
                    break;
            }
        }

        (_all, _any) = ([.. all], [.. any]);
    }

    /// <summary>The names of the properties, for an object.</summary>
    public IReadOnlyCollection<string> PropertyNames => _properties?.Keys ?? (IReadOnlyCollection<string>)[];

    public static ArgumentSchema Compile(JsonElement schema)
    {
        var definitions = new Dictionary<string, Lazy<ArgumentSchema>>(StringComparer.Ordinal);
        if (schema.TryGetProperty("$defs", out var defs))
        {
            foreach (var definition in defs.EnumerateObject())
            {
                definitions[$"#/$defs/{definition.Name}"] = new(() => new ArgumentSchema(definition.Value, definitions));
            }
        }

        return new ArgumentSchema(schema, definitions);
    }

    /// <summary>Checks the arguments of a call: every problem, and every value that was read as what it can only mean.</summary>
    public ArgumentReport Check(IDictionary<string, JsonElement> arguments)
    {
        var report = new ArgumentReport();
        foreach (var name in _required)
        {
            if (!arguments.TryGetValue(name, out var value) || IsAbsent(name, value))
            {
                report.AddAt(name, "is required.");
            }
        }

        foreach (var (name, value) in arguments)
        {
            if (_properties is null || !_properties.TryGetValue(name, out var property))
            {
                report.AddAt(name, Unknown(name, "is not an argument of this tool."));
            }
            else if (IsAbsent(name, value))
            {
                report.Drop(name);
            }
            else
            {
                report.Enter(name);
                property.Check(value, report);
                report.Leave();
            }
        }

        return report;
    }

    /// <summary>Models write null for what they leave out.</summary>
    private bool IsAbsent(string name, JsonElement value) => value.ValueKind == JsonValueKind.Undefined
        || (value.ValueKind == JsonValueKind.Null && !(_properties!.TryGetValue(name, out var property) && property.Allows(value)));

    private bool Allows(JsonElement value)
    {
        var trial = new ArgumentReport();
        Check(value, trial);
        return trial.IsClean;
    }

    private void Check(JsonElement value, ArgumentReport report)
    {
        if (_isNever || _not?.Allows(value) is true)
        {
            report.Add("is not allowed.");
            return;
        }

        if (_reference is not null)
        {
            _reference.Value.Check(value, report);
        }

        if (_types != JsonTypes.None && !_types.Includes(value))
        {
            if (!TryCoerce(value, report, out value))
            {
                report.Add($"must be {_types.InWords()}, but is {JsonTypesOf.Describe(value)}.");
                return;
            }
        }
        else if (value.ValueKind == JsonValueKind.Number && (_types & (JsonTypes.Integer | JsonTypes.Number)) == JsonTypes.Integer
            && !value.TryGetInt64(out _) && value.TryGetDecimal(out var whole))
        {
            // 5.0 is an integer to JSON Schema, and not to every reader.
            value = JsonElement.Parse(decimal.Truncate(whole).ToString("F0"));
            report.Replace(value, "an integer written with a fraction");
        }

        if (_enum is not null && !Array.Exists(_enum, each => JsonElement.DeepEquals(each, value)) && !TryMatchCase(ref value, report))
        {
            report.Add($"must be {(_enum.Length == 1 ? "" : "one of ")}{string.Join(", ", _enum.Take(50).Select(each => each.GetRawText()))}{(_enum.Length > 50 ? ", …" : "")}, but is {JsonTypesOf.Echo(value)}.");
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                CheckNumber(value, report);
                break;
            case JsonValueKind.String:
                CheckText(value, report);
                break;
            case JsonValueKind.Array:
                CheckArray(value, report);
                break;
            case JsonValueKind.Object:
                CheckObject(value, report);
                break;
        }

        foreach (var part in _all)
        {
            part.Check(value, report);
        }

        CheckAny(value, report);
    }

    private void CheckNumber(JsonElement value, ArgumentReport report)
    {
        var number = value.GetDouble();
        if (number < _minimum || number > _maximum || number <= _exclusiveMinimum || number >= _exclusiveMaximum)
        {
            var rules = new[]
            {
                _minimum is null ? null : $"at least {Number(_minimum)}",
                _exclusiveMinimum is null ? null : $"more than {Number(_exclusiveMinimum)}",
                _maximum is null ? null : $"at most {Number(_maximum)}",
                _exclusiveMaximum is null ? null : $"less than {Number(_exclusiveMaximum)}",
            };
            report.Add($"must be {string.Join(" and ", rules.Where(rule => rule is not null))}, but is {JsonTypesOf.Echo(value)}.");
        }
        else if (_multipleOf is { } step && Math.Abs(number / step - Math.Round(number / step)) > 1e-9)
        {
            report.Add($"must be a multiple of {Number(step)}, but is {JsonTypesOf.Echo(value)}.");
        }
    }

    private void CheckText(JsonElement value, ArgumentReport report)
    {
        if (_minLength is null && _maxLength is null && _pattern is null)
        {
            return;
        }

        var text = value.GetString()!;
        var length = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            length++;
        }

        if (length < _minLength || length > _maxLength)
        {
            report.Add($"must have {Range(_minLength, _maxLength)} characters, but has {length}.");
        }

        if (_pattern is not null && !Matches(_pattern, text))
        {
            report.Add($"must match the pattern {_pattern}.");
        }
    }

    private void CheckArray(JsonElement value, ArgumentReport report)
    {
        var length = value.GetArrayLength();
        if (length < _minItems || length > _maxItems)
        {
            report.Add($"must have {Range(_minItems, _maxItems)} items, but has {length}.");
        }

        if (_items is null)
        {
            return;
        }

        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            report.Enter(index++);
            _items.Check(item, report);
            report.Leave();
        }
    }

    private void CheckObject(JsonElement value, ArgumentReport report)
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
            var schema = _properties?.GetValueOrDefault(member.Name) ?? _additional;
            if (schema is not null)
            {
                report.Enter(member.Name);
                schema.Check(member.Value, report);
                report.Leave();
            }
            else if (_isClosed)
            {
                report.AddAt(member.Name, Unknown(member.Name, "is not a property of this object."));
            }
        }

        if (count < _minProperties || count > _maxProperties)
        {
            report.Add($"must have {Range(_minProperties, _maxProperties)} properties, but has {count}.");
        }
    }

    /// <summary>Where none of the alternatives holds, the problems of the one that comes nearest are those to correct.</summary>
    private void CheckAny(JsonElement value, ArgumentReport report)
    {
        if (_any.Length == 0)
        {
            return;
        }

        ArgumentReport? nearest = null;
        foreach (var alternative in _any)
        {
            var trial = report.Branch();
            alternative.Check(value, trial);
            if (trial is { IsClean: true, HasReplacements: false })
            {
                return;
            }

            // One that holds once a value is read as another comes after all that hold as it is.
            if (nearest is null || trial.Weight < nearest.Weight)
            {
                nearest = trial;
            }
        }

        report.Merge(nearest!);
    }

    private bool TryMatchCase(ref JsonElement value, ArgumentReport report)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        var text = value.GetString();
        var matches = _enum!.Where(each => each.ValueKind == JsonValueKind.String
            && string.Equals(each.GetString(), text, StringComparison.OrdinalIgnoreCase)).ToArray();
        if (matches.Length != 1)
        {
            return false;
        }

        value = matches[0];
        report.Replace(value, "written in other letters");
        return true;
    }

    /// <summary>Reads a value of the wrong type as one of the right type where that loses nothing and there is one way to do it.</summary>
    private bool TryCoerce(JsonElement value, ArgumentReport report, out JsonElement coerced)
    {
        coerced = value;
        string said;
        switch (value.ValueKind)
        {
            case JsonValueKind.String when (_types & (JsonTypes.Integer | JsonTypes.Number | JsonTypes.Boolean)) != JsonTypes.None
                && TryParse(value.GetString()!, out var scalar) && _types.Includes(scalar):
                (coerced, said) = (scalar, $"a {JsonTypesOf.Kind(scalar)} as text");
                break;
            case JsonValueKind.Number when _types.HasFlag(JsonTypes.String):
                (coerced, said) = (JsonSerializer.SerializeToElement(value.GetRawText()), "a number for a text");
                break;
            case JsonValueKind.String when (_types & (JsonTypes.Array | JsonTypes.Object)) != JsonTypes.None
                && TryParse(value.GetString()!, out var structure) && structure.ValueKind is JsonValueKind.Array or JsonValueKind.Object && _types.Includes(structure):
                (coerced, said) = (structure, $"an {JsonTypesOf.Kind(structure)} as text");
                break;
            case not (JsonValueKind.Array or JsonValueKind.Null) when _types is JsonTypes.Array or (JsonTypes.Array | JsonTypes.Null)
                && (_items is null || _items.Allows(value)):
                (coerced, said) = (JsonSerializer.SerializeToElement(new[] { value }), "a single value for a list");
                break;
            default:
                return false;
        }

        report.Replace(coerced, said);
        return true;
    }

    /// <summary>A JSON value that is written as it would be read back: not 007, not 1e3, not " 5".</summary>
    private static bool TryParse(string text, out JsonElement value)
    {
        value = default;
        if (text.Length is 0 or > 64 * 1024 || char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]))
        {
            return false;
        }

        try
        {
            value = JsonElement.Parse(text);
            return value.ValueKind != JsonValueKind.Number || !text.AsSpan().ContainsAny('e', 'E');
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private string Unknown(string name, string problem)
    {
        var names = PropertyNames;
        if (NearestName.Of(name, names) is { } nearest)
        {
            return $"{problem} Did you mean '{nearest}'?";
        }

        return names.Count == 0 ? $"{problem} It takes none." : $"{problem} Those are {string.Join(", ", names.Take(30))}{(names.Count > 30 ? ", …" : "")}.";
    }

    private static int? Count(JsonElement value) => (int)Math.Min(value.GetInt64(), int.MaxValue);

    private static string Number(double? number) => number!.Value.ToString("G15");

    private static string Range(int? smallest, int? largest) =>
        smallest is null ? $"at most {largest}" : largest is null ? $"at least {smallest}" : smallest == largest ? $"{smallest}" : $"{smallest} to {largest}";

    private static Regex? Pattern(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.ECMAScript | RegexOptions.CultureInvariant, PatternTimeout);
        }
        catch (ArgumentException)
        {
            return null; // of a dialect that .NET does not read: the API checks it
        }
    }

    private static bool Matches(Regex pattern, string text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return true; // the API checks it
        }
    }
}
