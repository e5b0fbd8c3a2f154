namespace OrdersMcp.McpServer.OpenApi;

/// <summary>
/// The path of an operation, cut into its texts and its parameters. Besides <c>{id}</c> it reads what frameworks and RFC
/// 6570 write: <c>{id:[0-9]+}</c>, <c>{path*}</c>, <c>{*path}</c>, <c>{+path}</c>, and <c>{?page}</c>, which is of the query.
/// </summary>
internal static class OperationPath
{
    /// <summary>The pieces in their order.</summary>
    public static List<PathPiece> Parse(string path)
    {
        var pieces = new List<PathPiece>();
        var start = 0;
        while (path.IndexOf('{', start) is var open and >= 0 && EndOf(path, open) is var close and > 0)
        {
            if (open > start)
            {
                pieces.Add(new PathPiece(path[start..open], PieceKind.Text));
            }

            if (ParameterOf(path[(open + 1)..close]) is { } parameter)
            {
                pieces.Add(parameter);
            }

            start = close + 1;
        }

        if (start < path.Length)
        {
            pieces.Add(new PathPiece(path[start..], PieceKind.Text));
        }

        return pieces;
    }

    public static IEnumerable<string> NamesIn(string path) => Parse(path).Where(piece => piece.IsParameter).Select(piece => piece.Text);

    /// <summary>The name of a parameter that is written as in the path, with a pattern or a sign.</summary>
    public static string NameOf(string written) => ParameterOf(written)?.Text ?? written;

    /// <exception cref="ApiDocumentException">Put behind the API's address, the path would be of another place.</exception>
    public static void ThrowIfLeaving(string path)
    {
        if (!path.StartsWith('/'))
        {
            throw new ApiDocumentException("The path does not begin with a slash.");
        }

        // A backslash is a slash to those who read addresses as browsers do (WHATWG URL).
        var text = string.Concat(Parse(path).Select(piece => piece.IsParameter ? "{}" : piece.Text));
        var end = text.IndexOfAny(['?', '#']);
        if (Array.Find((end < 0 ? text : text[..end]).Split('/', '\\'), PathTemplate.IsDots) is { } dots)
        {
            throw new ApiDocumentException($"The path has the segment '{dots}', which leads out of the API's address.");
        }
    }

    private static PathPiece? ParameterOf(string written)
    {
        // {?a,b}, {&a} and {#a} are of the query and the fragment: the operation declares those as parameters of the query.
        if (written is ['?' or '&' or '#', ..])
        {
            return null;
        }

        var isOpen = written is ['+' or '*', ..] || written.EndsWith('*');
        var colon = written.IndexOf(':', StringComparison.Ordinal);
        var name = (colon > 0 ? written[..colon] : written).Trim('+', '*', ' ');
        return name.Length == 0 ? new PathPiece(written, PieceKind.Parameter) : new PathPiece(name, isOpen ? PieceKind.OpenParameter : PieceKind.Parameter);
    }

    /// <summary>The brace that ends a parameter: a pattern in it may have braces of its own.</summary>
    private static int EndOf(string path, int open)
    {
        var depth = 0;
        for (var i = open; i < path.Length; i++)
        {
            depth += path[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return i;
            }
        }

        return -1;
    }
}

internal enum PieceKind
{
    Text,
    Parameter,

    /// <summary>A parameter whose value may have several segments.</summary>
    OpenParameter,
}

/// <summary>A text of a path, or the name of a parameter.</summary>
internal readonly record struct PathPiece(string Text, PieceKind Kind)
{
    public bool IsParameter => Kind != PieceKind.Text;
}
