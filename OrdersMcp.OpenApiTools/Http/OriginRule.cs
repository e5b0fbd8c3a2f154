using System.Net;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>
/// Decides which web pages may call (MCP, basic/transports, "Security warning": DNS rebinding). Only browsers send an
/// Origin header.
/// </summary>
internal static class OriginRule
{
    /// <summary>Whether the request is from no page, this server's, a listed one, or from loopback to loopback.</summary>
    public static bool Allows(HttpRequest request, string[] allowedOrigins)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || allowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
            || (IsLoopback(request)
                ? IsLoopback(origin)
                : string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase) && !IsAtLoopback(request));
    }

    private static bool IsLoopback(HttpRequest request) => IsLoopback($"http://{request.Host.Host}");

    /// <summary>
    /// A page can bind its own name to this machine, so that its origin and the Host header are the same. On a loopback
    /// connection a name that is not of loopback counts only if it is listed.
    /// </summary>
    private static bool IsAtLoopback(HttpRequest request) =>
        request.HttpContext.Connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local);

    /// <summary>Excludes <c>file:</c> origins, which .NET treats as loopback: a downloaded file could call.</summary>
    private static bool IsLoopback(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.IsLoopback && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
}
