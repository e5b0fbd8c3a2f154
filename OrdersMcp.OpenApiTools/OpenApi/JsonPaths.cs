using Newtonsoft.Json.Linq;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>
/// Selects by JSONPath (RFC 9535) with Newtonsoft.Json, which is older: its filters require parentheses, and filters and
/// <c>[*]</c> search only lists, whereas the operations of a path are members of an object.
/// </summary>
internal static class JsonPaths
{
    public static IEnumerable<JToken> Select(JToken from, string path)
    {
        var start = FirstOf(path);
        if (start < 0)
        {
            return from.SelectTokens(path);
        }

        var isFilter = path.AsSpan(start).StartsWith("[?");
        var end = isFilter ? EndOf(path, start) : start + (path[start] == '[' ? 2 : 1);
        if (end < 0)
        {
            return from.SelectTokens(path);
        }

        var (before, after) = (path[..start], path[(end + 1)..]);
        var found = isFilter ? Filtered(from, before, path[(start + 2)..end].Trim()) : from.SelectTokens(before).SelectMany(Children);
        return after.Length == 0 ? found : found.SelectMany(child => Select(child, $"${after}"));
    }

    private static IEnumerable<JToken> Filtered(JToken from, string before, string written)
    {
        var filter = written.StartsWith('(') && written.EndsWith(')') ? $"[?{written}]" : $"[?({written})]";
        return before.EndsWith("..", StringComparison.Ordinal)
            ? from.SelectTokens(before + filter)
            : from.SelectTokens(before).SelectMany(Children).Where(child => new JArray(child.DeepClone()).SelectTokens($"${filter}").Any());
    }

    /// <summary>
    /// The first filter or wildcard outside quotes, except a wildcard after <c>..</c>, which the library supports.
    /// </summary>
    private static int FirstOf(string path)
    {
        var quote = '\0';
        for (var i = 0; i < path.Length; i++)
        {
            var rest = path.AsSpan(i);
            if (quote != '\0')
            {
                quote = path[i] == quote ? '\0' : quote;
            }
            else if (path[i] is '\'' or '"')
            {
                quote = path[i];
            }
            else if (rest.StartsWith("[?") || rest.StartsWith("[*]") || (rest.StartsWith(".*") && i > 0 && path[i - 1] != '.'))
            {
                return i;
            }
        }

        return -1;
    }

    private static IEnumerable<JToken> Children(JToken token) => token switch
    {
        JObject json => json.PropertyValues(),
        JArray list => list,
        _ => [],
    };

    /// <summary>The bracket that ends a filter, which may itself contain brackets and quotes.</summary>
    private static int EndOf(string path, int start)
    {
        var (depth, quote) = (0, '\0');
        for (var i = start; i < path.Length; i++)
        {
            if (quote != '\0')
            {
                quote = path[i] == quote ? '\0' : quote;
            }
            else if (path[i] is '\'' or '"')
            {
                quote = path[i];
            }
            else
            {
                depth += path[i] switch { '[' => 1, ']' => -1, _ => 0 };
                if (depth == 0)
                {
                    return i;
                }
            }
        }

        return -1;
    }
}
