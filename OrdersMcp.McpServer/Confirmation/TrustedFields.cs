using System.Text.Json;
using OrdersMcp.McpServer.OpenApi;

namespace OrdersMcp.McpServer.Confirmation;

/// <summary>Which fields of an answer may stand in a question to a person: those that the document knows, and that nobody else wrote.</summary>
internal static class TrustedFields
{
    private const int MaxDepth = 16;

    /// <summary>Whether the schema declares the field at the path, such as <c>customer.id</c>, and marks no part of the way as untrusted.</summary>
    public static bool Has(ApiDocument document, JsonElement schema, string path)
    {
        var isFound = false;
        return IsTrusted(schema, path.Split('.'), depth: 0) && isFound;

        bool IsTrusted(JsonElement node, ReadOnlySpan<string> names, int depth)
        {
            var target = document.Resolve(node);
            if (depth > MaxDepth || node.Flag("x-untrusted") is true || target.Flag("x-untrusted") is true)
            {
                return false;
            }

            isFound |= names.Length == 0;
            if (names.Length > 0 && target.Member("properties").Member(names[0]) is { ValueKind: not JsonValueKind.Undefined } property
                && !IsTrusted(property, names[1..], depth + 1))
            {
                return false;
            }

            foreach (var part in target.Member("allOf").Items().Concat(target.Member("anyOf").Items()).Concat(target.Member("oneOf").Items()))
            {
                if (!IsTrusted(part, names, depth + 1))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
