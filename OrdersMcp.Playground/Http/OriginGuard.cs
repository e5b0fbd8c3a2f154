using System.Net;

namespace OrdersMcp.Playground.Http;

/// <summary>
/// Admits only this machine, and only the playground's own page. The playground has no authentication and spends its owner's money:
/// nobody else may drive it, neither over the network nor through a page that the owner visits.
/// </summary>
internal sealed class OriginGuard(RequestDelegate next)
{
    /// <summary>Headers that a proxy adds. Behind a proxy, the address does not show whether a caller is on this machine.</summary>
    private static readonly string[] ProxyHeaders = ["Forwarded", "X-Forwarded-For", "X-Real-IP"];

    public Task InvokeAsync(HttpContext context) => Refusal(context) is { } refusal
        ? TypedResults.Problem(statusCode: StatusCodes.Status403Forbidden, detail: refusal).ExecuteAsync(context)
        : next(context);

    private static string? Refusal(HttpContext context)
    {
        var request = context.Request;
        var origin = request.Headers.Origin.ToString();
        return context.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
            || Array.Exists(ProxyHeaders, request.Headers.ContainsKey) ? "Only this machine may use the playground: it has no authentication."
            : !IsLoopback($"http://{request.Host.Value}") ? "The playground answers only to names of this machine, such as localhost." // DNS rebinding
            : origin.Length > 0 && !IsOwn(origin, request) ? "Only the playground's own page may use it."
            : null;
    }

    /// <summary>
    /// Whether a page of this very server asks. Another page on this machine is as foreign as any: a tool that someone else wrote
    /// can serve one. The development server of Vite keeps the header Host, so the page that it serves is the server's own.
    /// </summary>
    private static bool IsOwn(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var from) && Uri.TryCreate($"{request.Scheme}://{request.Host.Value}", UriKind.Absolute, out var own)
        && Uri.Compare(from, own, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static bool IsLoopback(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.IsLoopback && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
}
