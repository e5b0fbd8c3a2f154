using System.Text;
using System.Text.RegularExpressions;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>A regular expression in a schema.</summary>
internal sealed class SchemaPattern(string pattern)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(100);

    private readonly Regex? _regex = Read(pattern);

    /// <summary>
    /// Whether the text matches; null, which the report notes, if only the API can tell: .NET does not support the pattern's
    /// dialect, matching takes too long, or the text does not match and .NET and ECMA-262 differ on it.
    /// </summary>
    public bool? Matches(string text, ArgumentReport report)
    {
        var matches = Matches(text);
        if (matches is null)
        {
            report.Doubt();
        }

        return matches;
    }

    public override string ToString() => pattern;

    private static Regex? Read(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.ECMAScript | RegexOptions.CultureInvariant, Timeout);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private bool? Matches(string text)
    {
        try
        {
            return _regex is null ? null
                : _regex.IsMatch(text) ? true
                : Differs(text) ? null
                : false;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    /// <summary>
    /// .NET counts a character outside the basic plane as two, and its <c>\s</c> matches only ASCII white space.
    /// </summary>
    private bool Differs(string text) => text.Any(char.IsSurrogate) || pattern.Any(char.IsSurrogate)
        || (!Ascii.IsValid(text) && pattern.Contains("\\s", StringComparison.OrdinalIgnoreCase));
}
