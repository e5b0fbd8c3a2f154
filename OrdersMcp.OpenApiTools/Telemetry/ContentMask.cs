using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Results;

namespace OrdersMcp.OpenApiTools.Telemetry;

/// <summary>
/// Masks personal data in JSON: text fields with telling names, fields that the document marks as untrusted, and e-mail
/// addresses and credentials anywhere.
/// </summary>
internal static partial class ContentMask
{
    private const string Masked = "***";
    private const int LongestContent = 8 * 1024;

    /// <summary>Parts of field names that suggest text written by people, or credentials.</summary>
    private static readonly string[] PersonalParts =
    [
        "name", "email", "mail", "phone", "address", "street", "city", "note", "comment", "reason", "message", "customer", "recipient",
        "text", "query", "search", "password", "secret", "token", "credential", "authorization", "apikey", "api_key", "cookie", "cursor", "q",
    ];

    /// <summary>The names of the fields that a result's metadata marks as written by others.</summary>
    public static FrozenSet<string> UntrustedNames(JsonObject? meta) =>
        (meta?[ResponseReader.UntrustedMeta] as JsonArray)?.Select(path => path!.GetValue<string>().Split('.')[^1].TrimEnd('[', ']'))
            .ToFrozenSet(StringComparer.Ordinal) ?? FrozenSet<string>.Empty;

    /// <summary>The masked JSON, truncated if it is long.</summary>
    public static string Apply(JsonElement json, FrozenSet<string>? untrusted = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, json, isPersonal: false, untrusted ?? FrozenSet<string>.Empty);
        }

        var text = Encoding.UTF8.GetString(buffer.WrittenSpan);
        return text.Length <= LongestContent ? text : string.Concat(text.AsSpan(0, LongestContent), "…");
    }

    private static void Write(Utf8JsonWriter writer, JsonElement json, bool isPersonal, FrozenSet<string> untrusted)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in json.Members())
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value, isPersonal || untrusted.Contains(member.Name) || IsPersonal(member.Name), untrusted);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in json.EnumerateArray())
                {
                    Write(writer, item, isPersonal, untrusted);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String when isPersonal:
                writer.WriteStringValue(Masked);
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Credentials().Replace(Emails().Replace(json.GetString()!, Masked), Masked));
                break;
            default:
                json.WriteTo(writer);
                break;
        }
    }

    private static bool IsPersonal(string name) => PersonalParts.Any(part => part.Length == 1
        ? name.Equals(part, StringComparison.OrdinalIgnoreCase)
        : name.Contains(part, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"[\w.+%-]+@[\w-]+(\.[\w-]+)*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Emails();

    /// <summary>A scheme with its credentials, a JSON web token, or a key with a common prefix.</summary>
    [GeneratedRegex(
        @"(Bearer|Basic)\s+[\w.~+/=-]+|eyJ[\w-]+\.[\w-]+\.[\w-]*|(sk|pk|ghp|gho|xoxb|AKIA)[-_]?[\w-]{12,}",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Credentials();
}
