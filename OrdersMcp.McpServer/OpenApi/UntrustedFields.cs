using System.Text.Json;

namespace OrdersMcp.McpServer.OpenApi;

/// <summary>Finds what a document marks with <c>x-untrusted</c>: fields whose content others wrote.</summary>
internal static class UntrustedFields
{
    private const int MaxDepth = 8;
    private const int MaxFields = 64;

    /// <summary>The paths of the fields within a value of the schema, such as <c>items[].note</c>.</summary>
    public static IReadOnlyList<string> In(ApiDocument document, JsonElement schema, string path = "")
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        Collect(schema, path, depth: 0);
        return [.. found];

        void Collect(JsonElement node, string at, int depth)
        {
            if (node.Flag("x-untrusted") is true && at.Length > 0)
            {
                found.Add(at);
                return;
            }

            var target = document.Resolve(node);
            if (depth > MaxDepth || found.Count > MaxFields)
            {
                return;
            }

            if (target.Flag("x-untrusted") is true && at.Length > 0)
            {
                found.Add(at);
                return;
            }

            foreach (var property in target.Member("properties").Members())
            {
                Collect(property.Value, at.Length == 0 ? property.Name : $"{at}.{property.Name}", depth + 1);
            }

            if (target.Member("items").ValueKind == JsonValueKind.Object)
            {
                Collect(target.Member("items"), $"{at}[]", depth + 1);
            }

            foreach (var part in target.Member("allOf").Items().Concat(target.Member("anyOf").Items()).Concat(target.Member("oneOf").Items()))
            {
                Collect(part, at, depth + 1);
            }
        }
    }
}
