using System.Buffers;
using System.Text.RegularExpressions;

namespace OrdersMcp.McpServer.Schemas;

/// <summary>
/// Whether a pattern is one of ECMA-262 with its flag <c>u</c>, as JSON Schema 2020-12 (core, 6.4) asks for. Documents have
/// those of other dialects, and a client that compiles the schema would lose the whole tool to one of them.
/// </summary>
internal static class PatternDialect
{
    private const string Syntax = "^$\\.*+?()[]{}|/";
    private const string Escapes = "dDwWsSbBnrtfv0cxupPk123456789";
    private const string Classes = "dDwWsSpP";

    private static readonly SearchValues<char> InQuantifiers = SearchValues.Create("0123456789,");

    public static bool IsPortable(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException)
        {
            return false;
        }

        var isInClass = false;
        var isAfterSet = false; // of a class of characters, which no range can begin or end with
        for (var i = 0; i < pattern.Length; i++)
        {
            var wasAfterSet = isAfterSet;
            isAfterSet = false;
            switch (pattern[i])
            {
                case '\\':
                    if (i + 1 == pattern.Length || !IsEscape(pattern[i + 1], isInClass))
                    {
                        return false;
                    }

                    i++;
                    isAfterSet = isInClass && Classes.Contains(pattern[i], StringComparison.Ordinal);
                    if (pattern[i] is 'p' or 'P' or 'u' or 'k' && i + 1 < pattern.Length && pattern[i + 1] is '{' or '<')
                    {
                        i += Math.Max(0, pattern.AsSpan(i).IndexOfAny('}', '>'));
                    }

                    break;
                case '-' when isInClass && i + 1 < pattern.Length && pattern[i + 1] != ']'
                    && (wasAfterSet || IsSet(pattern, i + 1)) && pattern[i - 1] != '[':
                    return false;
                case '[' when !isInClass:
                    isInClass = true;
                    break;
                case ']':
                    if (!isInClass)
                    {
                        return false;
                    }

                    isInClass = false;
                    break;
                case '{' when !isInClass:
                    var end = pattern.IndexOf('}', i);
                    if (end <= i + 1 || pattern.AsSpan(i + 1, end - i - 1).ContainsAnyExcept(InQuantifiers))
                    {
                        return false;
                    }

                    i = end;
                    break;
                case '}' when !isInClass:
                    return false;
            }
        }

        return true;
    }

    private static bool IsEscape(char letter, bool isInClass) =>
        Syntax.Contains(letter, StringComparison.Ordinal) || Escapes.Contains(letter, StringComparison.Ordinal)
        || (isInClass && letter == '-');

    private static bool IsSet(string pattern, int at) =>
        pattern[at] == '\\' && at + 1 < pattern.Length && Classes.Contains(pattern[at + 1], StringComparison.Ordinal);
}
