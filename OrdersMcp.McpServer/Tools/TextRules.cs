using System.Text.Json;
using System.Text.RegularExpressions;
using OrdersMcp.McpServer.OpenApi;

namespace OrdersMcp.McpServer.Tools;

/// <summary>What a schema says of text.</summary>
internal sealed class TextRules
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(100);

    private readonly CountRange _length;
    private readonly Regex? _pattern;

    private TextRules(CountRange length, Regex? pattern) => (_length, _pattern) = (length, pattern);

    /// <summary>The rules, or null where there are none.</summary>
    public static TextRules? Of(JsonElement schema)
    {
        var length = CountRange.Of(schema, "minLength", "maxLength");
        var pattern = schema.Text("pattern") is { } text ? Pattern(text) : null;
        return length.IsOpen && pattern is null ? null : new TextRules(length, pattern);
    }

    public void Check(JsonElement value, ArgumentReport report)
    {
        // JSON Schema 2020-12, validation 6.3.1: a length counts characters, not UTF-16 units.
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

        if (_pattern is not null && !Matches(_pattern, text))
        {
            report.Add($"must match the pattern {_pattern}.");
        }
    }

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
