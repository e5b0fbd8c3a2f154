using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Confirmation;

/// <summary>A text with <c>{fields}</c>: names of properties, or paths such as <c>{customer.id}</c>.</summary>
internal sealed partial class MessageTemplate
{
    private const int LongestValue = 100;

    private readonly List<(string Text, bool IsField)> _parts = [];

    public MessageTemplate(string text)
    {
        var end = 0;
        foreach (Match field in FieldPattern().Matches(text))
        {
            _parts.Add((text[end..field.Index], false));
            _parts.Add((field.Groups["path"].Value, true));
            end = field.Index + field.Length;
        }

        _parts.Add((text[end..], false));
    }

    /// <summary>The paths of the fields.</summary>
    public IEnumerable<string> Fields => _parts.Where(part => part.IsField).Select(part => part.Text);

    /// <summary>The text with the values of the fields.</summary>
    public string Fill(JsonElement values)
    {
        var message = new StringBuilder();
        foreach (var (text, isField) in _parts)
        {
            message.Append(isField ? Show(Find(values, text)) : text);
        }

        return message.ToString();
    }

    /// <summary>A value in one line; a dash for a missing value, a list or an object.</summary>
    public static string Show(JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.True => "yes",
            JsonValueKind.False => "no",
            _ => "–",
        };
        return string.Concat(BoundedText.Of(text, LongestValue).Select(letter => IsInLine(letter) ? letter : ' '));
    }

    /// <summary>Excludes line breaks and bidirectional controls, which could disguise a question.</summary>
    private static bool IsInLine(char letter) => char.GetUnicodeCategory(letter)
        is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static JsonElement Find(JsonElement values, string path)
    {
        foreach (var name in path.Split('.'))
        {
            values = values.Member(name);
        }

        return values;
    }

    [GeneratedRegex(
        @"\{(?<path>\w+(\.\w+)*)\}",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex FieldPattern();
}
