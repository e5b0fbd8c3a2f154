using System.Globalization;

namespace OrdersMcp.Api.Http.Validation;

internal static class JsonText
{
    private const int EscapeLength = 6; // \uD83D

    /// <summary>
    /// Whether valid JSON, in UTF-8, contains the escape of half a surrogate pair. JSON allows it, but it is not Unicode, and
    /// <see cref="System.Text.Json"/> cannot convert it to text.
    /// </summary>
    public static bool HasLoneSurrogate(ReadOnlySpan<byte> json)
    {
        for (var at = json.IndexOf((byte)'\\'); at >= 0 && at < json.Length; at++)
        {
            if (json[at] != '\\')
            {
                continue;
            }

            var unit = UnitAt(json[at..]);
            if (char.IsLowSurrogate(unit) || (char.IsHighSurrogate(unit) && !char.IsLowSurrogate(UnitAt(json[(at + EscapeLength)..]))))
            {
                return true;
            }

            at += char.IsHighSurrogate(unit) ? (2 * EscapeLength) - 1 : 1; // the escaped character, or the whole pair
        }

        return false;
    }

    /// <summary>The UTF-16 unit of an escape such as <c>\u0041</c>, or NUL without one.</summary>
    private static char UnitAt(ReadOnlySpan<byte> json) =>
        json.StartsWith("\\u"u8) && ushort.TryParse(json[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : '\0';
}
