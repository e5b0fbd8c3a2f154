namespace OrdersMcp.OpenApiTools.Configuration;

/// <summary>The location of a document in the settings: a URL or a file.</summary>
internal static class DocumentAddress
{
    public static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && !uri.IsFile && uri.Scheme.Split('+').All(scheme => scheme is "http" or "https");

    public static string PathOf(string document) =>
        Uri.TryCreate(document, UriKind.Absolute, out var uri) && uri.IsFile ? uri.LocalPath : document;

    /// <summary>The document's URL without user, password and query, which can be secrets.</summary>
    public static string Redacted(string document)
    {
        var start = document.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
        {
            return document; // a file
        }

        start += 3;
        var query = document.AsSpan(start).IndexOfAny('?', '#');
        var address = query < 0 ? document : document[..(start + query)];
        var path = Uri.IsWellFormedUriString(address, UriKind.Absolute) ? address.IndexOf('/', start) : -1;
        var host = address.LastIndexOf('@', (path < 0 ? address.Length : path) - 1) + 1;
        return $"{address[..start]}{address[Math.Max(start, host)..]}{(query < 0 ? "" : "?…")}";
    }
}
