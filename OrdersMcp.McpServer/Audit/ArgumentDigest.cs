using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrdersMcp.OpenApiTools.Confirmation;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.McpServer.Audit;

/// <summary>Summarizes arguments for an audit record without text written by people.</summary>
internal static class ArgumentDigest
{
    private const int LongestSummary = 1000;

    /// <summary>The hash of the arguments as canonical JSON: members sorted by name, no white space.</summary>
    public static string Hash(IDictionary<string, JsonElement> arguments) =>
        Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Utf8Of(arguments).Span));

    /// <summary>Shows plain arguments with their values and all others with kind and length; truncated if it is long.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="plain">The tool's arguments, and whether each contains no text written by people.</param>
    public static string Summarize(IDictionary<string, JsonElement> arguments, FrozenDictionary<string, bool> plain)
    {
        var summary = new StringBuilder("{");
        foreach (var (name, value) in arguments)
        {
            summary.Append(summary.Length > 1 ? ", " : "");

            // An unknown argument name is text from the caller.
            summary.Append(plain.TryGetValue(name, out var isPlain) ? name : "?");
            summary.Append(": ").Append(isPlain && IsPlain(value) ? value.GetRawText() : Kind(value));
            if (summary.Length > LongestSummary)
            {
                return $"{summary.ToString(0, LongestSummary - 2)}…}}";
            }
        }

        return summary.Append('}').ToString();
    }

    /// <summary>Whether the record may contain these arguments completely.</summary>
    public static bool ArePlain(IDictionary<string, JsonElement> arguments, FrozenDictionary<string, bool> plain) =>
        arguments.All(argument => plain.GetValueOrDefault(argument.Key) && IsPlain(argument.Value));

    /// <summary>The call may violate its schema, for example with long text in place of a date.</summary>
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
