namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>
/// The path of an operation, split into texts and parameters. Besides <c>{id}</c> it accepts the syntax of frameworks and
/// RFC 6570: <c>{id:[0-9]+}</c>, <c>{path*}</c>, <c>{*path}</c>, <c>{+path}</c>, and <c>{?page}</c>, which belongs to the
/// query.
/// </summary>
internal static class OperationPath
{
    /// <summary>The pieces in order.</summary>
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

    /// <summary>The name of a parameter written as in the path, with a pattern or a sign.</summary>
    public static string NameOf(string written) => ParameterOf(written)?.Text ?? written;

    /// <exception cref="ApiDocumentException">Appended to the API's address, the path would lead elsewhere.</exception>
    public static void ThrowIfLeaving(string path)
    {
        if (!path.StartsWith('/'))
        {
            throw new ApiDocumentException("The path does not begin with a slash.");
        }

        // A backslash is a slash to clients that parse addresses like browsers (WHATWG URL).
        var text = string.Concat(Parse(path).Select(piece => piece.IsParameter ? "{}" : piece.Text));
        var end = text.IndexOfAny(['?', '#']);
        if (Array.Find((end < 0 ? text : text[..end]).Split('/', '\\'), PathTemplate.IsDots) is { } dots)
        {
            throw new ApiDocumentException($"The path has the segment '{dots}', which leads out of the API's address.");
        }
    }

    private static PathPiece? ParameterOf(string written)
    {
        // {?a,b}, {&a} and {#a} belong to the query and the fragment: the operation declares them as query parameters.
        if (written is ['?' or '&' or '#', ..])
        {
            return null;
        }

        var isOpen = written is ['+' or '*', ..] || written.EndsWith('*');
        var colon = written.IndexOf(':', StringComparison.Ordinal);
        var name = (colon > 0 ? written[..colon] : written).Trim('+', '*', ' ');
        return name.Length == 0 ? new PathPiece(written, PieceKind.Parameter) : new PathPiece(name, isOpen ? PieceKind.OpenParameter : PieceKind.Parameter);
    }

    /// <summary>The brace that ends a parameter, whose pattern may contain braces.</summary>
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

/// <summary>A text in a path, or the name of a parameter.</summary>
internal readonly record struct PathPiece(string Text, PieceKind Kind)
{
    public bool IsParameter => Kind != PieceKind.Text;
}
