using System.Buffers;

namespace OrdersMcp.ServiceDefaults.Telemetry;

/// <summary>
/// Addresses without the text that their parameters hold: a number or a UUID is kept, as it identifies a thing; any other
/// value may be a name or an e-mail address and becomes <c>REDACTED</c>, the word of the semantic conventions (url.full).
/// </summary>
public static class RedactedPath
{
    /// <summary>In place of a path that no route has: it may be anything.</summary>
    public const string OfNoRoute = $"/{Redacted}";

    private const string Redacted = "REDACTED";
    private const string CatchAll = "{*";
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("0123456789abcdefABCDEF-");

    /// <summary>The URL or path with the parameters of <paramref name="template"/>, which it ends in, redacted.</summary>
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
            offset--; // the same route answers with and without the slash
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

    /// <summary>Whether a value is a number or a UUID, and so no name.</summary>
    public static bool IsId(string value) => value.All(char.IsAsciiDigit)
        || (value.Length is 32 or 36 && !value.AsSpan().ContainsAnyExcept(IdCharacters));
}
