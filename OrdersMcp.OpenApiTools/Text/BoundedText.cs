using System.Buffers;
using System.Text;

namespace OrdersMcp.OpenApiTools.Text;

/// <summary>Prepares text from a document for display: bounded, and without invisible characters.</summary>
internal static class BoundedText
{
    /// <summary>
    /// Control characters except line break and tab, characters that change the text direction or have no width, and
    /// (through the surrogate DB40) the tags U+E0000 to U+E007F, in which whole sentences can hide from everyone except a
    /// model.
    /// </summary>
    private static readonly SearchValues<char> Invisible = SearchValues.Create(string.Concat(
        Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(letter => char.IsControl(letter) && letter is not ('\n' or '\t'))
            .Concat("\u200B\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2060\u2066\u2067\u2068\u2069\uFEFF\uDB40")));

    /// <summary>The text, or as many of its whole sentences or words as fit.</summary>
    public static string Of(string text, int maxLength)
    {
        text = Visible(text).Trim();
        if (text.Length <= maxLength)
        {
            return text;
        }

        var cut = text[..(maxLength - 1)];
        var sentence = cut.LastIndexOf(". ", StringComparison.Ordinal);
        if (sentence > maxLength / 2)
        {
            return cut[..(sentence + 1)];
        }

        var word = cut.LastIndexOf(' ');
        return $"{(word > maxLength / 2 ? cut[..word] : char.IsHighSurrogate(cut[^1]) ? cut[..^1] : cut)}…";
    }

    private static string Visible(string text)
    {
        if (!text.AsSpan().ContainsAny(Invisible))
        {
            return text;
        }

        var visible = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is < 0xE0000 or > 0xE007F && !(rune.IsBmp && Invisible.Contains((char)rune.Value)))
            {
                visible.Append(rune);
            }
        }

        return visible.ToString();
    }
}
