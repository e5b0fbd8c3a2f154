using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrdersMcp.McpServer.Operations.Arguments;

/// <summary>
/// Reads a time in another spelling as the one that every API knows (RFC 3339, section 5.6: letters may be small, and a space
/// may divide date and time): also with the plus sign of its offset as a URL has it, escaped or as the space that it becomes.
/// </summary>
internal static partial class TimeText
{
    public const string Format = "date-time";

    /// <summary>The time in the usual spelling; null where it has that already, or is no time.</summary>
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

    /// <summary>Replaces the time at the current path of the report, where it has another spelling.</summary>
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
