using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Operations.Results;

/// <summary>
/// What an API says about an error, in any form: JSON, text, XML, the text of HTML. It is bounded, and omits details of how
/// the API is built.
/// </summary>
internal static partial class ForeignReason
{
    private const int MostBytes = 4 * 1024;
    private const int MostBytesOfProblem = 16 * 1024;
    private const int MostRead = 64 * 1024;

    /// <summary>Members that development error pages add.</summary>
    private static readonly string[] Internals =
        ["exception", "exceptionDetails", "innerException", "stackTrace", "stack_trace", "stack", "traceback", "backtrace"];

    /// <summary>The reason, or null if there is none.</summary>
    /// <param name="type">The media type of the body.</param>
    /// <param name="body">The body of the response.</param>
    /// <param name="isJsonOnly">Whether only JSON counts as a reason.</param>
    public static JsonNode? Read(MediaTypeHeaderValue? type, ReadOnlyMemory<byte> body, bool isJsonOnly)
    {
        if (body.IsEmpty)
        {
            return null;
        }

        var most = type?.MediaType == "application/problem+json" ? MostBytesOfProblem : MostBytes;
        if (ReadJson(EncodedText.ToUtf8(type?.CharSet, body), most) is { } json)
        {
            return json;
        }

        if (isJsonOnly || (type?.MediaType is { } media && !MediaTypes.IsText(media)))
        {
            return null;
        }

        var text = EncodedText.Decode(type?.CharSet, body.Span[..Math.Min(body.Length, MostRead)]);
        if (type?.MediaType?.Contains("html", StringComparison.OrdinalIgnoreCase) is true)
        {
            text = WebUtility.HtmlDecode(Tags().Replace(Unseen().Replace(text, " "), " "));
            text = Spaces().Replace(text, " ");
        }

        return Cleaned(BoundedText.Of(text, MostBytes)) is { Length: > 0 } said ? said : null;
    }

    private static JsonNode? ReadJson(ReadOnlyMemory<byte> utf8, int most)
    {
        try
        {
            var json = JsonElement.Parse(utf8.Span);
            var node = json.Size() <= most
                ? JsonNode.Parse(utf8.Span)
                : JsonNode.Parse(JsonShortening.Of(json, most).Json.Span);
            return Clean(node);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return null; // not JSON, or JSON with half a character or a duplicate member: then it is text
        }
    }

    /// <summary>Removes members and lines that describe a program, at any depth.</summary>
    private static JsonNode? Clean(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject json:
                foreach (var (name, value) in json.ToArray())
                {
                    if (Internals.Contains(name, StringComparer.OrdinalIgnoreCase))
                    {
                        json.Remove(name);
                    }
                    else if (Clean(value) is var cleaned && cleaned != value)
                    {
                        json[name] = cleaned;
                    }
                }

                return json;
            case JsonArray array:
                for (var i = 0; i < array.Count; i++)
                {
                    if (Clean(array[i]) is var cleaned && cleaned != array[i])
                    {
                        array[i] = cleaned;
                    }
                }

                return array;
            case JsonValue text when text.GetValueKind() == JsonValueKind.String && text.GetValue<string>() is var whole && Cleaned(whole) is var rest && rest != whole:
                return rest;
            default:
                return node;
        }
    }

    /// <summary>The text up to the first line of a stack trace.</summary>
    private static string Cleaned(string text) => StackTrace().Match(text) is { Success: true } trace ? text[..trace.Index].TrimEnd() : text;

    /// <summary>A line of a stack trace in .NET, Java, JavaScript or Python.</summary>
    [GeneratedRegex("""(\\n|\\r|\\t|^|\n)\s*(Traceback \(most recent call last\)|at [\w.$<>`\[\], ]+\(|File \\?"[^"]+\\?", line \d+)""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StackTrace();

    /// <summary>Parts of a page that a browser does not show.</summary>
    [GeneratedRegex("<!--.*?-->|<style\\b.*?</style\\s*>|<script\\b.*?</script\\s*>|<head\\b.*?</head\\s*>", RegexOptions.Singleline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unseen();

    [GeneratedRegex("<[^<>]*>", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tags();

    [GeneratedRegex("\\s+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
