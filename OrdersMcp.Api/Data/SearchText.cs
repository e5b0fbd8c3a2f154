using System.Globalization;
using System.Text;

namespace OrdersMcp.Api.Data;

/// <summary>Splits text into words, as the search columns do. The database folds case and accents.</summary>
internal static class SearchText
{
    /// <summary>A tsquery of the words: <c>alice j</c> is <c>'alice':* &amp; 'j':*</c>. Empty without words.</summary>
    public static string Prefixes(string text) => string.Join(" & ", Words(text).Select(word => $"'{word}':*"));

    public static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune)
                    is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)
            {
                word.Append(rune);
            }
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }

        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }
}
