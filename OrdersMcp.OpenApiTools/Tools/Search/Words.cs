using System.Buffers;
using System.Text;

namespace OrdersMcp.OpenApiTools.Tools.Search;

/// <summary>
/// The words of a text as compared by a search: names split at humps and punctuation, in lower case, without endings. In
/// scripts without spaces, each character is a word.
/// </summary>
internal static class Words
{
    private const int LongestWord = 40;

    private static readonly SearchValues<char> Vowels = SearchValues.Create("aeiouy");

    /// <summary>Words without meaning for what a tool does.</summary>
    private static readonly HashSet<string> Empty = new(
        [
            "a", "an", "the", "of", "for", "in", "to", "on", "by", "with", "and", "or", "from", "at", "as", "into", "so", "is", "are",
            "am", "be", "been", "was", "were", "it", "its", "this", "that", "these", "those", "there", "their", "do", "does", "did",
            "has", "have", "had", "can", "could", "will", "would", "should", "may", "must", "if", "when", "how", "what", "which", "you",
            "your", "we", "our", "please", "want", "need", "not", "only", "than", "then", "also", "given", "specified", "provided", "using",
            "via", "per", "s", "t",
        ],
        StringComparer.Ordinal);

    /// <summary>The meaningful words, without endings.</summary>
    public static List<string> Of(string text)
    {
        var words = new List<string>();
        foreach (var word in Split(text))
        {
            if (!Empty.Contains(word))
            {
                words.Add(Stem(word));
            }
        }

        return words;
    }

    /// <summary>The words as written, in lower case.</summary>
    public static List<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            var hasNoSpaces = letter is >= '\u3040' and <= '\u9FFF' or >= '\uAC00' and <= '\uD7A3';
            if (!char.IsLetterOrDigit(letter) || hasNoSpaces || StartsHump(text, i) || word.Length == LongestWord)
            {
                End();
            }

            if (char.IsLetterOrDigit(letter))
            {
                word.Append(char.ToLowerInvariant(letter));
                if (hasNoSpaces)
                {
                    End();
                }
            }
        }

        End();
        return words;

        void End()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }

    /// <summary>Removes the English endings that change a word's grammar and not its subject.</summary>
    public static string Stem(string word)
    {
        if (word.Length < 4 || !Ascii.IsValid(word))
        {
            return word;
        }

        if (word.EndsWith("ies", StringComparison.Ordinal))
        {
            word = $"{word[..^3]}y";
        }
        else if (word.EndsWith("sses", StringComparison.Ordinal) || word.EndsWith("xes", StringComparison.Ordinal) || word.EndsWith("ches", StringComparison.Ordinal))
        {
            word = word[..^2];
        }
        else if (word.EndsWith('s') && word[^2] is not ('s' or 'u' or 'i'))
        {
            word = word[..^1];
        }

        word = WithoutEnding(word, "ing") ?? WithoutEnding(word, "ed") ?? word;
        if (word.Length > 6 && (word.EndsWith("tion", StringComparison.Ordinal) || word.EndsWith("sion", StringComparison.Ordinal)))
        {
            word = word[..^3];
        }

        return word.Length > 3 && word.EndsWith('e') ? word[..^1] : word;
    }

    private static string? WithoutEnding(string word, string ending)
    {
        if (!word.EndsWith(ending, StringComparison.Ordinal) || word.Length - ending.Length < 3
            || !word.AsSpan(0, word.Length - ending.Length).ContainsAny(Vowels))
        {
            return null;
        }

        var stem = word[..^ending.Length];
        return stem[^1] == stem[^2] && stem[^1] is not ('l' or 's' or 'e') ? stem[..^1] : stem; // running, but calling
    }

    /// <summary>Detects word starts in names such as <c>listOrders</c>, <c>HTTPServer</c> or <c>CoreV1Pod</c>.</summary>
    private static bool StartsHump(string text, int i) => i > 0 && char.IsUpper(text[i])
        && (char.IsLower(text[i - 1]) || char.IsDigit(text[i - 1])
            || (char.IsUpper(text[i - 1]) && i + 1 < text.Length && char.IsLower(text[i + 1])));
}
