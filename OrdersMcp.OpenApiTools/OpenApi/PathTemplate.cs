
namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>A text, such as a prompt or a URI, split into its fixed pieces and its <c>{parameters}</c>.</summary>
internal static class PathTemplate
{
    /// <summary>The pieces in order; the text of a parameter is its name.</summary>
    public static List<(string Text, bool IsParameter)> Parse(string path)
    {
        var pieces = new List<(string, bool)>();
        var start = 0;
        while (path.IndexOf('{', start) is var open and >= 0 && path.IndexOf('}', open) is var close and > 0)
        {
            if (open > start)
            {
                pieces.Add((path[start..open], false));
            }

            pieces.Add((path[(open + 1)..close], true));
            start = close + 1;
        }

        if (start < path.Length)
        {
            pieces.Add((path[start..], false));
        }

        return pieces;
    }

    /// <summary>Whether a segment is <c>.</c> or <c>..</c> (RFC 3986, section 5.2.4), escaped or not.</summary>
    public static bool IsDots(string segment) =>
        segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..";

    public static IEnumerable<string> NamesIn(string path) =>
        Parse(path).Where(piece => piece.IsParameter).Select(piece => piece.Text);
}
