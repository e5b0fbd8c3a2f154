using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Net.Http.Headers;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Operations.Results;

/// <summary>
/// The information in a response's headers that the next call needs: the resource's location, when to retry, its version,
/// the next page. A note does not repeat what the answer contains.
/// </summary>
internal static partial class AnswerNotes
{
    private const int LongestValue = 1000;
    private const int ShortestCursor = 8;

    private static readonly string[] Identifiers = ["id", "uuid", "key", "name", "slug", "number"];
    private static readonly string[] Versions = ["version", "etag", "revision", "rev"];

    /// <summary>A note, or null if there is nothing to say.</summary>
    /// <param name="response">The response.</param>
    /// <param name="api">The API that sent it.</param>
    /// <param name="answer">The answer as JSON; undefined if it is not JSON.</param>
    /// <param name="tellsVersion">Whether the <c>ETag</c> is useful.</param>
    public static string? Of(HttpResponseMessage response, ApiEndpoint api, JsonElement answer, bool tellsVersion)
    {
        List<string>? said = null;
        if (Location(response, api) is { } location && !Has(answer, location[(location.LastIndexOf('/') + 1)..], Identifiers))
        {
            (said ??= []).Add($"Location: {location}");
        }

        if (RetryAfter(response) is { } seconds)
        {
            (said ??= []).Add($"Retry-After: {seconds} s");
        }

        if (tellsVersion && Header(response, HeaderNames.ETag) is { } tag && !tag.StartsWith("W/", StringComparison.Ordinal) && !Has(answer, tag.Trim('"'), Versions))
        {
            (said ??= []).Add($"ETag: {BoundedText.Of(tag, LongestValue)}");
        }

        if (NextPage(response, api) is { } next && !HasCursor(answer, next))
        {
            (said ??= []).Add($"the next page is {next}");
        }

        if (response.RequestMessage?.Method == HttpMethod.Head)
        {
            (said ??= []).AddRange(OfHead(response));
        }

        return said is null ? null : $"Note: the API's headers say: {string.Join("; ", said)}.";
    }

    /// <summary>The location of a response, without the API's own address.</summary>
    public static string? Location(HttpResponseMessage response, ApiEndpoint api) =>
        Header(response, HeaderNames.Location) is { } location ? BoundedText.Of(Local(location, response, api), LongestValue) : null;

    /// <summary>The seconds to wait, whether the header is a number or a date (RFC 9110, section 10.2.3).</summary>
    public static int? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => Math.Max(0, (int)Math.Ceiling(delta.TotalSeconds)),
        { Date: { } date } when response.Headers.Date is { } now => Math.Max(0, (int)Math.Ceiling((date - now).TotalSeconds)),
        _ => null,
    };

    /// <summary>The target of the link with the relation <c>next</c> (RFC 8288), without the API's own address.</summary>
    private static string? NextPage(HttpResponseMessage response, ApiEndpoint api)
    {
        if (Header(response, "Link") is not { } links)
        {
            return null;
        }

        foreach (Match link in Links().Matches(links))
        {
            if (Relations().Match(link.Groups["parameters"].Value) is { Success: true } relation
                && relation.Groups["names"].Value.Split(' ').Contains("next", StringComparer.OrdinalIgnoreCase))
            {
                return BoundedText.Of(Local(link.Groups["target"].Value, response, api), LongestValue);
            }
        }

        return null;
    }

    private static IEnumerable<string> OfHead(HttpResponseMessage response)
    {
        foreach (var (name, value) in response.Content.Headers.NonValidated)
        {
            if (name is "Content-Type" or "Content-Length" or "Last-Modified")
            {
                yield return $"{name}: {BoundedText.Of(value.ToString(), LongestValue)}";
            }
        }
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) && values.ToString() is { Length: > 0 } text ? text : null;

    private static string Local(string address, HttpResponseMessage response, ApiEndpoint api) => api.WithoutSecrets(
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && api.IsAt(uri, response.RequestMessage?.RequestUri) ? uri.PathAndQuery : address);

    /// <summary>Whether the answer has a member with this value whose name ends with one of these.</summary>
    private static bool Has(JsonElement answer, string text, string[] names) => text.Length > 0
        && answer.Members().Any(member => IsText(member.Value, text)
            && Array.Exists(names, name => member.Name.EndsWith(name, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Whether the answer contains the cursor in the address.</summary>
    private static bool HasCursor(JsonElement answer, string address) =>
        address.IndexOf('?', StringComparison.Ordinal) is var start and >= 0
        && address[(start + 1)..].Split('&').Select(pair => Uri.UnescapeDataString(pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]))
            .Any(value => value.Length >= ShortestCursor && answer.Members().Any(member => IsText(member.Value, value)));

    /// <summary>Compares what was sent, without unescaping: half a character cannot be unescaped.</summary>
    private static bool IsText(JsonElement value, string text)
    {
        if (value.ValueKind is not (JsonValueKind.Number or JsonValueKind.String))
        {
            return false;
        }

        var sent = JsonMarshal.GetRawUtf8Value(value);
        sent = value.ValueKind == JsonValueKind.String ? sent[1..^1] : sent;
        return Ascii.Equals(sent, text) || (!Ascii.IsValid(text) && sent.SequenceEqual(Encoding.UTF8.GetBytes(text)));
    }

    [GeneratedRegex("""<(?<target>[^<>]*)>(?<parameters>([^,"]|"[^"]*")*)""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Links();

    [GeneratedRegex("""\brel\s*=\s*"?(?<names>[^";,]+)""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Relations();
}
