using System.Security.Cryptography;
using System.Text;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>
/// Names tools after their operations: valid, short enough, unique, and independent of the other operations and of their
/// order in the document.
/// </summary>
internal static class ToolNames
{
    private const int HashLength = 4;
    private const int ShortestWord = 5;

    private static readonly HashSet<string> Fillers = new(
        ["the", "a", "an", "of", "for", "in", "to", "on", "by", "with", "and", "or", "from", "api", "rest", "v1", "v2", "v3", "controller"],
        StringComparer.Ordinal);

    /// <summary>A name for each operation, in the order of the operations.</summary>
    /// <param name="operations">The operations.</param>
    /// <param name="prefix">The prefix of each name.</param>
    /// <param name="maxLength">The maximum length of a name: clients add prefixes and limit the total to 64.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<ApiOperation> operations, string prefix, int maxLength)
    {
        var names = operations.Select(operation => Fit(prefix + Legal(Wanted(operation)), maxLength)).ToArray();
        var taken = names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1)
            .Select(group => group.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < names.Length; i++)
        {
            // All operations that share a name get a suffix, so the names do not depend on their order.
            if (taken.Contains(names[i]))
            {
                names[i] = $"{Fit(names[i], maxLength - HashLength - 1)}_{Hash(operations[i].ToString())}";
            }
        }

        return names;
    }

    /// <summary>The words of a name, in lower case.</summary>
    public static List<string> Words(string name)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            var letter = name[i];
            var startsHump = char.IsAsciiLetterUpper(letter) && i > 0
                && (char.IsAsciiLetterLower(name[i - 1]) || char.IsAsciiDigit(name[i - 1])
                    || (i + 1 < name.Length && char.IsAsciiLetterLower(name[i + 1])));
            if ((startsHump || !char.IsAsciiLetterOrDigit(letter)) && word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }

            if (char.IsAsciiLetterOrDigit(letter))
            {
                word.Append(char.ToLowerInvariant(letter));
            }
        }

        if (word.Length > 0)
        {
            words.Add(word.ToString());
        }

        return words;
    }

    private static string Wanted(ApiOperation operation)
    {
        if ((operation.Extensions.Name ?? operation.Id) is { } given && given.Any(char.IsAsciiLetterOrDigit))
        {
            return given;
        }

        var path = string.Join('_', OperationPath.Parse(operation.Path)
            .Select(piece => piece.IsParameter ? $"by_{string.Join('_', Words(piece.Text))}" : string.Join('_', Words(piece.Text)))
            .Where(text => text.Length > 0));
        return $"{operation.Method.ToLowerInvariant()}_{(path.Length > 0 ? path : "root")}";
    }

    /// <summary>Keeps letters, digits, and <c>_ . -</c> between them.</summary>
    private static string Legal(string name)
    {
        var legal = new StringBuilder(name.Length);
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.')
            {
                legal.Append(letter);
            }
            else if (legal.Length > 0 && legal[^1] != '_')
            {
                legal.Append('_');
            }
        }

        return legal.ToString().TrimEnd('_');
    }

    /// <summary>
    /// The name itself if it fits. Otherwise its words without fillers and repetitions, the longest shortened first, and a
    /// hash of the whole name, which keeps long names with the same start distinct.
    /// </summary>
    private static string Fit(string name, int maxLength)
    {
        if (name.Length <= maxLength)
        {
            return name;
        }

        var room = maxLength - HashLength - 1;
        var words = Words(name).Where(word => !Fillers.Contains(word)).Distinct(StringComparer.Ordinal).ToList();
        var longest = words.Count == 0 ? 0 : words.Max(word => word.Length);
        while (Length(words) > room && longest > ShortestWord)
        {
            longest--;
            words = [.. words.Select(word => word.Length > longest ? word[..longest] : word)];
        }

        // The verb at the start and the object at the end matter most, so words are removed from the middle.
        while (Length(words) > room && words.Count > 1)
        {
            words.RemoveAt(words.Count / 2);
        }

        return $"{string.Join('_', words)}_{Hash(name)}".TrimStart('_');

        static int Length(List<string> words) => words.Sum(word => word.Length) + words.Count - 1;
    }

    private static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];
}
