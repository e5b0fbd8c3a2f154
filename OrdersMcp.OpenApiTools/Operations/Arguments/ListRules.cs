using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>A schema's rules for lists.</summary>
internal sealed class ListRules
{
    private readonly CountRange _length;
    private readonly ArgumentSchema[] _first;
    private readonly ArgumentSchema? _items;

    private ListRules(CountRange length, ArgumentSchema[] first, ArgumentSchema? items) => (_length, _first, _items) = (length, first, items);

    /// <summary>The rules, or null if there are none.</summary>
    public static ListRules? Of(JsonElement schema, Func<JsonElement, ArgumentSchema> compile)
    {
        var length = CountRange.Of(schema, "minItems", "maxItems");
        var first = schema.Member("prefixItems").Items().Select(compile).ToArray();
        var items = schema.TryGetProperty("items", out var each) ? compile(each) : null;
        return length.IsOpen && first.Length == 0 && items is null ? null : new ListRules(length, first, items);
    }

    /// <summary>Whether the value could be the only item.</summary>
    public bool AllowsItem(JsonElement value) => Item(0)?.Allows(value) is not false;

    public void Check(JsonElement value, ArgumentReport report)
    {
        var length = value.GetArrayLength();
        if (_length.Excludes(length))
        {
            report.Add($"must have {_length} items, but has {length}.");
        }

        if (_items is null && _first.Length == 0)
        {
            return;
        }

        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            report.Enter(index);
            Item(index++)?.Check(item, report);
            report.Leave();
        }
    }

    /// <summary>A tuple has a schema for each of its first items, and one schema for the rest.</summary>
    private ArgumentSchema? Item(int index) => index < _first.Length ? _first[index] : _items;
}
