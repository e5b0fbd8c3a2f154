namespace OrdersMcp.McpServer.Http;

/// <summary>
/// Which web pages may call (MCP, basic/transports, "Security warning": DNS rebinding). A client that is no browser
/// sends no Origin header.
/// </summary>
internal static class OriginRule
{
    /// <summary>Whether the request comes from no page, a page of this server, a listed one, or on loopback from loopback.</summary>
    public static bool Allows(HttpRequest request, string[] allowedOrigins)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || allowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
            || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            || (IsLoopback(origin) && IsLoopback($"http://{request.Host.Host}"));
    }

    /// <summary>A page of a file is of no host, although .NET takes it for one of this machine: any file is one, a downloaded too.</summary>
    private static bool IsLoopback(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.IsLoopback && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
}
