using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace OrdersMcp.OpenApiTools.Text;

/// <summary>
/// Decodes the text of a body: by its byte order mark, else by the charset of its content type or in the body itself, else
/// as UTF-8, or as windows-1252 if it is not valid UTF-8.
/// </summary>
internal static partial class EncodedText
{
    private const int LongestDeclaration = 256;

    /// <summary>Browsers treat all of these as windows-1252 (WHATWG Encoding, 4.2), and APIs mean it.</summary>
    private static readonly string[] Western = ["iso-8859-1", "us-ascii", "latin1", "windows-1252"];

    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding("windows-1252")!;

    /// <summary>The text of the body.</summary>
    /// <param name="charset">The charset of the <c>Content-Type</c>, if it has one.</param>
    /// <param name="body">The body.</param>
    public static string Decode(string? charset, ReadOnlySpan<byte> body)
    {
        var (encoding, mark) = EncodingOf(charset, body);
        return encoding.GetString(body[mark..]);
    }

    /// <summary>The same text in UTF-8, without a byte order mark. Most bodies already are UTF-8.</summary>
    public static ReadOnlyMemory<byte> ToUtf8(string? charset, ReadOnlyMemory<byte> body)
    {
        var (encoding, mark) = EncodingOf(charset, body.Span);
        return encoding.CodePage == Encoding.UTF8.CodePage ? body[mark..] : Encoding.UTF8.GetBytes(encoding.GetString(body.Span[mark..]));
    }

    private static (Encoding Encoding, int Mark) EncodingOf(string? charset, ReadOnlySpan<byte> body) =>
        MarkedOf(body)
        ?? (Named(charset?.Trim('"', '\'', ' ') ?? DeclaredIn(body)) ?? Unmarked(body), 0);

    private static (Encoding, int)? MarkedOf(ReadOnlySpan<byte> body) => body switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (Encoding.UTF8, 3),
        [0xFF, 0xFE, 0, 0, ..] => (Encoding.UTF32, 4),
        [0xFF, 0xFE, ..] => (Encoding.Unicode, 2),
        [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, 2),
        _ => null,
    };

    /// <summary>JSON and XML begin with an ASCII character, which shows the character width (RFC 4627, section 3).</summary>
    private static Encoding Unmarked(ReadOnlySpan<byte> body) => body switch
    {
        [not 0, 0, not 0, 0, ..] => Encoding.Unicode,
        [0, not 0, 0, not 0, ..] => Encoding.BigEndianUnicode,
        _ => Utf8.IsValid(body) ? Encoding.UTF8 : Windows1252,
    };

    private static Encoding? Named(string? charset)
    {
        if (string.IsNullOrEmpty(charset))
        {
            return null;
        }

        if (Western.Contains(charset, StringComparer.OrdinalIgnoreCase))
        {
            return Windows1252;
        }

        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(charset) ?? Encoding.GetEncoding(charset);
        }
        catch (ArgumentException)
        {
            return null; // an unknown name: the bytes decide
        }
    }

    /// <summary>The encoding that XML or HTML declares at its beginning, which is ASCII in any case.</summary>
    private static string? DeclaredIn(ReadOnlySpan<byte> body)
    {
        if (!body.TrimStart(" \t\r\n"u8).StartsWith("<"u8))
        {
            return null;
        }

        var match = Declaration().Match(Encoding.ASCII.GetString(body[..Math.Min(body.Length, LongestDeclaration)]));
        return match.Success ? match.Groups["name"].Value : null;
    }

    [GeneratedRegex("""(encoding|charset)\s*=\s*["']?(?<name>[A-Za-z0-9._:-]+)""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 100)]
    private static partial Regex Declaration();
}
