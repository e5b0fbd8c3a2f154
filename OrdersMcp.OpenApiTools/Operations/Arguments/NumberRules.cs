using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>A schema's rules for numbers.</summary>
internal sealed class NumberRules
{
    private readonly JsonNumber? _minimum;
    private readonly JsonNumber? _maximum;
    private readonly JsonNumber? _exclusiveMinimum;
    private readonly JsonNumber? _exclusiveMaximum;
    private readonly JsonNumber? _multipleOf;

    private NumberRules(JsonElement schema)
    {
        _minimum = Number(schema, "minimum");
        _maximum = Number(schema, "maximum");
        _exclusiveMinimum = Number(schema, "exclusiveMinimum");
        _exclusiveMaximum = Number(schema, "exclusiveMaximum");
        _multipleOf = Number(schema, "multipleOf");
    }

    /// <summary>The rules, or null if there are none.</summary>
    public static NumberRules? Of(JsonElement schema)
    {
        var rules = new NumberRules(schema);
        return (rules._minimum ?? rules._maximum ?? rules._exclusiveMinimum ?? rules._exclusiveMaximum ?? rules._multipleOf) is null
            ? null
            : rules;
    }

    public void Check(JsonElement value, ArgumentReport report)
    {
        var number = JsonNumber.Of(value);
        if (number.CompareTo(_minimum) < 0 || number.CompareTo(_maximum) > 0
            || number.CompareTo(_exclusiveMinimum) <= 0 || number.CompareTo(_exclusiveMaximum) >= 0)
        {
            report.Add($"must be {LimitsInWords()}, but is {JsonTypesOf.Echo(value)}.");
        }
        else if (_multipleOf is { } step && !number.IsMultipleOf(step))
        {
            report.Add($"must be a multiple of {step}, but is {JsonTypesOf.Echo(value)}.");
        }
    }

    private string LimitsInWords()
    {
        var limits = new[]
        {
            _minimum is { } least ? $"at least {least}" : null,
            _exclusiveMinimum is { } below ? $"more than {below}" : null,
            _maximum is { } most ? $"at most {most}" : null,
            _exclusiveMaximum is { } above ? $"less than {above}" : null,
        };
        return string.Join(" and ", limits.Where(limit => limit is not null));
    }

    private static JsonNumber? Number(JsonElement schema, string keyword) =>
        schema.Member(keyword) is { ValueKind: JsonValueKind.Number } value ? JsonNumber.Of(value) : null;
}
