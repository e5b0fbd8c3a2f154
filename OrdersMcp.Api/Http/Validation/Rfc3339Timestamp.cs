using System.Globalization;
using System.Text.RegularExpressions;

namespace OrdersMcp.Api.Http.Validation;

/// <summary>An RFC 3339 timestamp. The offset is required: without it, the time depends on the time zone of the reader.</summary>
internal static partial class Rfc3339Timestamp
{
    public const string Rule = "must be a time with its offset, such as 2026-09-01T00:00:00Z or 2026-09-01T02:00:00+02:00";

    /// <summary>The rule that a text in a URL breaks, where a plus sign that is not escaped arrives as a space.</summary>
    public static string RuleInUrl(string text) =>
        text.LastIndexOf(' ') is > 0 and var space && IsValid($"{text[..space]}+{text[(space + 1)..]}")
            ? $"{Rule}, with + written as %2B in a URL"
            : Rule;

    public static bool IsValid(string text) => Shape.IsMatch(text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out _);

    [GeneratedRegex(
        @"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,7})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})$",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Shape { get; }
}
