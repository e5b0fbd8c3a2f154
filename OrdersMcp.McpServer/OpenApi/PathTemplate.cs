
namespace OrdersMcp.McpServer.OpenApi;

/// <summary>A path cut into its fixed texts and its <c>{parameters}</c>.</summary>
internal static class PathTemplate
{
    /// <summary>The pieces in their order; a piece that is a parameter is its name.</summary>
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

    /// <summary>Whether a segment means this place or the one above it (RFC 3986, section 5.2.4), escaped or not.</summary>
    public static bool IsDots(string segment) =>
        segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..";

    /// <exception cref="ApiDocumentException">Put behind the API's address, the path would be of another place.</exception>
    public static void ThrowIfLeaving(string path)
    {
        if (!path.StartsWith('/'))
        {
            throw new ApiDocumentException("The path does not begin with a slash.");
        }

        // A backslash is a slash to those who read addresses as browsers do (WHATWG URL).
        var end = path.IndexOfAny(['?', '#']);
        if (Array.Find((end < 0 ? path : path[..end]).Split('/', '\\'), IsDots) is { } dots)
        {
            throw new ApiDocumentException($"The path has the segment '{dots}', which leads out of the API's address.");
        }
    }

    public static IEnumerable<string> NamesIn(string path) =>
        Parse(path).Where(piece => piece.IsParameter).Select(piece => piece.Text);
}
