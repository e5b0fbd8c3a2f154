using System.Buffers;

namespace OrdersMcp.ServiceDefaults.Telemetry;

/// <summary>
/// Removes parameter values from addresses. Numbers and UUIDs are kept, because they identify things. Any other value could
/// be a name or an e-mail address and becomes <c>REDACTED</c>, as in the semantic conventions (url.full).
/// </summary>
internal static class RedactedPath
{
    /// <summary>Replaces a path that no route matches, because it could contain anything.</summary>
    public const string OfNoRoute = $"/{Redacted}";

    private const string Redacted = "REDACTED";
    private const string CatchAll = "{*";
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("0123456789abcdefABCDEF-");

    /// <summary>The URL or path, which ends with <paramref name="template"/>, with redacted parameters.</summary>
    public static string Of(string url, string template)
    {
        if (!template.Contains('{', StringComparison.Ordinal))
        {
            return url;
        }

        if (template.IndexOf(CatchAll, StringComparison.Ordinal) is >= 0 and var rest)
        {
            return template[..rest] + Redacted; // a parameter of many segments
        }

        var end = url.AsSpan().IndexOfAny('?', '#');
        var path = end < 0 ? url : url[..end];
        var segments = path.Split('/');
        var parts = template.Trim('/').Split('/');
        var offset = segments.Length - parts.Length;
        if (path.EndsWith('/') && !template.EndsWith('/'))
        {
            offset--; // the same route matches with and without the slash
        }

        for (var i = 0; i < parts.Length; i++)
        {
            if (offset + i < 0 || (parts[i].Contains('{', StringComparison.Ordinal) && !IsId(segments[offset + i])))
            {
                segments[Math.Max(0, offset + i)] = Redacted;
            }
        }

        var redacted = string.Join('/', segments);
        return end < 0 ? redacted : redacted + url[end..];
    }

    /// <summary>Whether a value is a number or a UUID.</summary>
    public static bool IsId(string value) => value.All(char.IsAsciiDigit)
        || (value.Length is 32 or 36 && !value.AsSpan().ContainsAnyExcept(IdCharacters));
}
