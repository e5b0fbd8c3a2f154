using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>A schema's rules for text.</summary>
internal sealed class TextRules
{
    private readonly CountRange _length;
    private readonly SchemaPattern? _pattern;

    private TextRules(CountRange length, SchemaPattern? pattern) => (_length, _pattern) = (length, pattern);

    /// <summary>The rules, or null if there are none.</summary>
    public static TextRules? Of(JsonElement schema)
    {
        var length = CountRange.Of(schema, "minLength", "maxLength");
        var pattern = schema.Text("pattern") is { } text ? new SchemaPattern(text) : null;
        return length.IsOpen && pattern is null ? null : new TextRules(length, pattern);
    }

    public bool HasPattern => _pattern is not null;

    public void Check(JsonElement value, ArgumentReport report)
    {
        // A length counts characters, not UTF-16 units (JSON Schema 2020-12, validation 6.3.1).
        var text = value.GetString()!;
        var length = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            length++;
        }

        if (_length.Excludes(length))
        {
            report.Add($"must have {_length} characters, but has {length}.");
        }

        if (_pattern?.Matches(text, report) is false)
        {
            report.Add($"must match the pattern {_pattern}.");
        }
    }
}
