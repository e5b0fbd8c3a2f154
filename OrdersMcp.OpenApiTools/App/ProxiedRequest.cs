using Microsoft.Extensions.Primitives;

namespace OrdersMcp.OpenApiTools.App;

/// <summary>
/// A request that came through a proxy, as the server received it; a feature of its HTTP context. Middleware for forwarded
/// headers removes what it evaluates: if a request in process had the rest, it would take the client's own claims for those
/// of a proxy.
/// </summary>
internal sealed class ProxiedRequest
{
    private ProxiedRequest(AppCaller received, List<KeyValuePair<string, StringValues>> headers) => (Received, Headers) = (received, headers);

    /// <summary>The connection to the proxy.</summary>
    public AppCaller Received { get; }

    /// <summary>The headers of the proxies.</summary>
    public IReadOnlyList<KeyValuePair<string, StringValues>> Headers { get; }

    /// <summary>Keeps what proxies say about a request before middleware changes it.</summary>
    public static void Keep(HttpContext context)
    {
        List<KeyValuePair<string, StringValues>>? headers = null;
        foreach (var header in context.Request.Headers)
        {
            if (IsOfProxy(header.Key))
            {
                (headers ??= []).Add(header);
            }
        }

        if (headers is not null)
        {
            context.Features.Set(new ProxiedRequest(AppCaller.At(context), headers));
        }
    }

    /// <summary>Whether no middleware has evaluated the headers.</summary>
    public bool IsUnchanged(HttpRequest request) => Headers.All(header => request.Headers[header.Key] == header.Value);

    private static bool IsOfProxy(string name) => name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Forwarded", StringComparison.OrdinalIgnoreCase) || name.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase);
}
