using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>
/// Converts a time to the spelling that every API accepts. RFC 3339, section 5.6, also allows lowercase letters, and a space
/// between date and time. The plus sign of an offset may be URL-encoded, or decoded to a space.
/// </summary>
internal static partial class TimeText
{
    public const string Format = "date-time";

    /// <summary>The time in the standard spelling; null if it already has that spelling or is not a time.</summary>
    public static string? Usual(string text)
    {
        if (Spelling.Match(text) is not { Success: true } match)
        {
            return null;
        }

        var sign = match.Groups["sign"].Value;
        var offset = sign.Length == 0 ? "Z" : $"{(sign == "-" ? "-" : "+")}{match.Groups["offset"].Value}";
        var usual = $"{match.Groups["date"].Value}T{match.Groups["time"].Value}{offset}";
        return usual == text ? null : usual;
    }

    /// <summary>Replaces the time at the report's current path if it has another spelling.</summary>
    public static void Read(ref JsonElement value, ArgumentReport report)
    {
        if (Usual(value.GetString()!) is { } usual)
        {
            value = JsonSerializer.SerializeToElement(usual);
            report.Replace(value, "a time in another spelling");
        }
    }

    [GeneratedRegex(
        @"\A(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?<time>[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)([Zz]|(?<sign>\+|-| |%2[Bb])(?<offset>[0-9]{2}:[0-9]{2}))\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Spelling { get; }
}
