using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Schemas;

/// <summary>
/// Decides which fields of an answer may be shown as the server's own words: fields that the document declares and does
/// not mark as untrusted.
/// </summary>
internal static class TrustedFields
{
    private const int MaxDepth = 16;
    private static readonly string[] Combining = ["allOf", "anyOf", "oneOf"];

    /// <summary>Whether the schema has a field such as <c>customer.id</c>, with nothing untrusted in it.</summary>
    public static bool Has(ApiDocument document, JsonElement schema, string path)
    {
        var isFound = false;
        return IsTrusted(schema, path.Split('.'), depth: 0) && isFound;

        bool IsTrusted(JsonElement node, ReadOnlySpan<string> names, int depth)
        {
            var target = document.ResolveSchema(node);
            if (depth > MaxDepth || node.Flag("x-untrusted") is true || target.Flag("x-untrusted") is true)
            {
                return false;
            }

            isFound |= names.Length == 0;
            var property = names.Length > 0 ? target.Member("properties").Member(names[0]) : default;
            if (property.ValueKind != JsonValueKind.Undefined && !IsTrusted(property, names[1..], depth + 1))
            {
                return false;
            }

            foreach (var keyword in Combining)
            {
                foreach (var part in target.Member(keyword).Items())
                {
                    if (!IsTrusted(part, names, depth + 1))
                    {
                        return false;
                    }
                }
            }

            return true;
        }
    }
}
