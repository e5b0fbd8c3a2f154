using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrdersMcp.McpServer.Confirmation;
using OrdersMcp.McpServer.OpenApi;

namespace OrdersMcp.McpServer.Audit;

/// <summary>What an audit record says of arguments without holding what people wrote in them.</summary>
internal static class ArgumentDigest
{
    private const int LongestSummary = 1000;

    /// <summary>The hash of the arguments as canonical JSON: members in the order of their names, no white space.</summary>
    public static string Hash(IDictionary<string, JsonElement> arguments) =>
        Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Utf8Of(arguments).Span));

    /// <summary>Plain arguments with their values, all others with their kind and length; cut where it is long.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="plain">The tool's arguments, and whether each holds no text of people.</param>
    public static string Summarize(IDictionary<string, JsonElement> arguments, FrozenDictionary<string, bool> plain)
    {
        var summary = new StringBuilder("{");
        foreach (var (name, value) in arguments)
        {
            summary.Append(summary.Length > 1 ? ", " : "");

            // A name that is no argument of the tool is a word of the caller's.
            summary.Append(plain.TryGetValue(name, out var isPlain) ? name : "?");
            summary.Append(": ").Append(isPlain && IsPlain(value) ? value.GetRawText() : Kind(value));
            if (summary.Length > LongestSummary)
            {
                return $"{summary.ToString(0, LongestSummary - 2)}…}}";
            }
        }

        return summary.Append('}').ToString();
    }

    /// <summary>Whether these arguments may be kept whole.</summary>
    public static bool ArePlain(IDictionary<string, JsonElement> arguments, FrozenDictionary<string, bool> plain) =>
        arguments.All(argument => plain.GetValueOrDefault(argument.Key) && IsPlain(argument.Value));

    /// <summary>The call may break its schema: a text of any length where a date should be.</summary>
    private static bool IsPlain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null => value.Size() <= 40,
        JsonValueKind.String => value.Size() <= 42 && value.GetString()!.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or ':' or '.' or '+' or '_'),
        JsonValueKind.Array => value.GetArrayLength() <= 20 && value.EnumerateArray().All(IsPlain),
        _ => false,
    };

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => $"text of {value.GetString()!.Length}",
        JsonValueKind.Array => $"list of {value.GetArrayLength()}",
        JsonValueKind.Object => $"object of {value.EnumerateObject().Count()}",
        JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "number",
    };
}
