using System.Text.Json;

namespace OrdersMcp.McpServer.Tools;

/// <summary>What a schema says of lists.</summary>
internal sealed class ListRules
{
    private readonly CountRange _length;
    private readonly ArgumentSchema? _items;

    private ListRules(CountRange length, ArgumentSchema? items) => (_length, _items) = (length, items);

    /// <summary>The rules, or null where there are none.</summary>
    public static ListRules? Of(JsonElement schema, Func<JsonElement, ArgumentSchema> compile)
    {
        var length = CountRange.Of(schema, "minItems", "maxItems");
        var items = schema.TryGetProperty("items", out var each) ? compile(each) : null;
        return length.IsOpen && items is null ? null : new ListRules(length, items);
    }

    /// <summary>Whether the value could be an item.</summary>
    public bool AllowsItem(JsonElement value) => _items is null || _items.Allows(value);

    public void Check(JsonElement value, ArgumentReport report)
    {
        var length = value.GetArrayLength();
        if (_length.Excludes(length))
        {
            report.Add($"must have {_length} items, but has {length}.");
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
}
