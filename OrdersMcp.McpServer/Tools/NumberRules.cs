using System.Text.Json;
using OrdersMcp.McpServer.OpenApi;

namespace OrdersMcp.McpServer.Tools;

/// <summary>What a schema says of numbers.</summary>
internal sealed class NumberRules
{
    private readonly double? _minimum;
    private readonly double? _maximum;
    private readonly double? _exclusiveMinimum;
    private readonly double? _exclusiveMaximum;
    private readonly double? _multipleOf;

    private NumberRules(JsonElement schema)
    {
        _minimum = Number(schema, "minimum");
        _maximum = Number(schema, "maximum");
        _exclusiveMinimum = Number(schema, "exclusiveMinimum");
        _exclusiveMaximum = Number(schema, "exclusiveMaximum");
        _multipleOf = Number(schema, "multipleOf");
    }

    /// <summary>The rules, or null where there are none.</summary>
    public static NumberRules? Of(JsonElement schema)
    {
        var rules = new NumberRules(schema);
        return (rules._minimum ?? rules._maximum ?? rules._exclusiveMinimum ?? rules._exclusiveMaximum ?? rules._multipleOf) is null
            ? null
            : rules;
    }

    public void Check(JsonElement value, ArgumentReport report)
    {
        var number = value.GetDouble();
        if (number < _minimum || number > _maximum || number <= _exclusiveMinimum || number >= _exclusiveMaximum)
        {
            report.Add($"must be {LimitsInWords()}, but is {JsonTypesOf.Echo(value)}.");
        }
        else if (_multipleOf is { } step && Math.Abs(number / step - Math.Round(number / step)) > 1e-9)
        {
            report.Add($"must be a multiple of {Text(step)}, but is {JsonTypesOf.Echo(value)}.");
        }
    }

    private string LimitsInWords()
    {
        var limits = new[]
        {
            _minimum is { } least ? $"at least {Text(least)}" : null,
            _exclusiveMinimum is { } below ? $"more than {Text(below)}" : null,
            _maximum is { } most ? $"at most {Text(most)}" : null,
            _exclusiveMaximum is { } above ? $"less than {Text(above)}" : null,
        };
        return string.Join(" and ", limits.Where(limit => limit is not null));
    }

    private static double? Number(JsonElement schema, string keyword) =>
        schema.Member(keyword) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;

    private static string Text(double number) => number.ToString("G15");
}
