using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>
/// The URI template of a resource: RFC 6570, level 1. A variable stands for a part of one segment. Its
/// values are restricted, so that each URI has one meaning.
/// </summary>
internal sealed class UriTemplate
{
    /// <summary>Longer URIs match no resource.</summary>
    public const int LongestUri = 2048;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>RFC 3986, section 3.1.</summary>
    private static readonly SearchValues<char> SchemeLetters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    private readonly List<(string Text, bool IsParameter)> _pieces;
    private readonly Regex _pattern;

    private UriTemplate(string text, List<(string Text, bool IsParameter)> pieces)
    {
        Text = text;
        _pieces = pieces;
        Variables = [.. pieces.Where(piece => piece.IsParameter).Select(piece => piece.Text)];
        _pattern = new Regex(
            $@"\A{string.Concat(pieces.Select(piece => piece.IsParameter ? "([^/?#]+)" : Regex.Escape(piece.Text)))}\z",
            RegexOptions.NonBacktracking | RegexOptions.CultureInvariant,
            TimeSpan.FromSeconds(1));
    }

    public string Text { get; }

    /// <summary>The names of the variables, in order.</summary>
    public IReadOnlyList<string> Variables { get; }

    /// <exception cref="ApiDocumentException">
    /// The text is not a template of an absolute URI with variables, or its variables are ambiguous.
    /// </exception>
    public static UriTemplate Parse(string text)
    {
        var pieces = PathTemplate.Parse(text);
        var names = pieces.Where(piece => piece.IsParameter).Select(piece => piece.Text).ToArray();
        if (text.Length > LongestUri || pieces is not [{ IsParameter: false } first, ..] || !IsAbsolute(first.Text)
            || !Uri.TryCreate(string.Concat(pieces.Select(piece => piece.IsParameter ? "x" : piece.Text)), UriKind.Absolute, out _)
            || pieces.Exists(piece => !piece.IsParameter && piece.Text.AsSpan().ContainsAny("{}?#")))
        {
            throw new ApiDocumentException($"'{BoundedText.Of(text, 100)}' is not a template of an absolute URI, such as shop://things/{{thingId}}.");
        }

        return names.Length == 0 || names.Distinct(StringComparer.Ordinal).Count() < names.Length || names.Any(name => name.Length == 0)
            || pieces.Zip(pieces.Skip(1)).Any(pair => pair.First.IsParameter && pair.Second.IsParameter)
            ? throw new ApiDocumentException($"'{text}' must have variables, each once, and text between them.")
            : new UriTemplate(text, pieces);
    }

    /// <summary>The URI for these values; the same values always give the same URI.</summary>
    public string Fill(Func<string, string> valueOf) =>
        string.Concat(_pieces.Select(piece => piece.IsParameter ? Uri.EscapeDataString(valueOf(piece.Text)) : piece.Text));

    /// <summary>The decoded values of the variables, in order; null if the URI does not match this template.</summary>
    public string[]? Match(string uri)
    {
        if (uri.Length > LongestUri || _pattern.Match(uri) is not { Success: true } match)
        {
            return null;
        }

        var values = new string[Variables.Count];
        for (var i = 0; i < values.Length; i++)
        {
            if (Decode(match.Groups[i + 1].Value) is not { } value)
            {
                return null;
            }

            values[i] = value;
        }

        return values;
    }

    /// <summary>
    /// Percent-decodes; null if an escape is broken, the bytes are not UTF-8, or the value has a control character or is a
    /// dot segment.
    /// </summary>
    private static string? Decode(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                length += Encoding.UTF8.GetBytes(text.AsSpan(i, char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1), bytes.AsSpan(length));
                i += char.IsHighSurrogate(text[i]) ? 1 : 0;
            }
            else if (i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes[length++] = Convert.FromHexString(text.AsSpan(i + 1, 2))[0];
                i += 2;
            }
            else
            {
                return null;
            }
        }

        try
        {
            var value = StrictUtf8.GetString(bytes.AsSpan(0, length));
            return value is "." or ".." || value.Any(char.IsControl) ? null : value;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool IsAbsolute(string text) => text.IndexOf("://", StringComparison.Ordinal) is var end and > 0
        && char.IsAsciiLetter(text[0]) && !text.AsSpan(0, end).ContainsAnyExcept(SchemeLetters);
}
