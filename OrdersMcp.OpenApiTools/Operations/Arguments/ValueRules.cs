using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>The values that a schema lists (<c>enum</c>, <c>const</c>).</summary>
internal sealed class ValueRules
{
    private const int MostSaid = 50;

    private readonly JsonElement[] _values;

    private ValueRules(JsonElement[] values) => _values = values;

    /// <summary>The rules, or null if there are none.</summary>
    public static ValueRules? Of(JsonElement schema) =>
        (schema.TryGetProperty("const", out var only), schema.Member("enum")) switch
        {
            (true, { ValueKind: JsonValueKind.Array } values) =>
                new ValueRules([.. values.EnumerateArray().Where(value => JsonElement.DeepEquals(value, only))]),
            (true, _) => new ValueRules([only]),
            (_, { ValueKind: JsonValueKind.Array } values) => new ValueRules([.. values.EnumerateArray()]),
            _ => null,
        };

    /// <summary>Whether the value is one of them. A value in another case is replaced.</summary>
    public bool Check(ref JsonElement value, ArgumentReport report)
    {
        foreach (var each in _values)
        {
            if (JsonElement.DeepEquals(each, value))
            {
                return true;
            }
        }

        if (!report.IsExact && TryMatchCase(ref value))
        {
            report.Replace(value, "in different case");
            return true;
        }

        report.Add($"must be {InWords()}, but is {JsonTypesOf.Echo(value)}.", tellsKinds: true);
        return false;
    }

    private string InWords()
    {
        var values = string.Join(", ", _values.Take(MostSaid).Select(each => each.GetRawText()));
        return $"{(_values.Length == 1 ? "" : "one of ")}{values}{(_values.Length > MostSaid ? ", …" : "")}";
    }

    private bool TryMatchCase(ref JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        var text = value.GetString();
        var matches = Array.FindAll(_values, each => each.ValueKind == JsonValueKind.String
            && string.Equals(each.GetString(), text, StringComparison.OrdinalIgnoreCase));
        if (matches.Length != 1)
        {
            return false;
        }

        value = matches[0];
        return true;
    }
}
