using System.Net;

namespace OrdersMcp.OpenApiTools.Operations.Requests;

/// <summary>
/// Follows redirects (RFC 9110, section 15.4) within one origin only. Another origin would get this origin's credentials, or
/// the document could direct requests into the server's own network.
/// </summary>
internal static class Redirects
{
    public const int Most = 5;

    /// <summary>Headers that apply only to the resource of the first request.</summary>
    private static readonly string[] Conditional = ["If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "Idempotency-Key"];

    /// <summary>Headers that every request sets itself.</summary>
    private static readonly string[] Tracing = ["traceparent", "tracestate", "baggage", "Request-Id", "Correlation-Context"];

    public static bool Is(HttpResponseMessage response) => response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    /// <summary>Sends a request and follows at most five redirects. Any other redirect is the answer.</summary>
    public static async Task<HttpResponseMessage> FollowAsync(
        HttpRequestMessage request, Func<HttpRequestMessage, Task<HttpResponseMessage>> send)
    {
        var response = await send(request);
        for (var i = 0; i < Most && Next(request, response) is { } next; i++)
        {
            response.Dispose();
            request = next;
            response = await send(request);
        }

        return response;
    }

    /// <summary>The next request, or null if the response is the answer.</summary>
    private static HttpRequestMessage? Next(HttpRequestMessage request, HttpResponseMessage response)
    {
        if (!Is(response) || response.Headers.Location is not { } location
            || !Uri.TryCreate(request.RequestUri!, location, out var target) || !IsSameOrigin(request.RequestUri!, target))
        {
            return null;
        }

        var becomesGet = request.Method != HttpMethod.Get && request.Method != HttpMethod.Head
            && (response.StatusCode == HttpStatusCode.SeeOther
                || (request.Method == HttpMethod.Post && response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found));
        return Copy(
            request, becomesGet ? HttpMethod.Get : request.Method, target, becomesGet ? null : request.Content,
            becomesGet ? Conditional.Concat(Tracing) : Tracing);
    }

    /// <summary>Copies a request, because a sent request cannot be sent again.</summary>
    public static HttpRequestMessage Again(HttpRequestMessage request) => Copy(request, request.Method, request.RequestUri!, request.Content, Tracing);

    private static HttpRequestMessage Copy(HttpRequestMessage request, HttpMethod method, Uri target, HttpContent? content, IEnumerable<string> left)
    {
        var copy = new HttpRequestMessage(method, target) { Content = content };
        foreach (var header in request.Headers.NonValidated.Where(header => !left.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
        {
            copy.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        foreach (var (key, value) in request.Options)
        {
            ((IDictionary<string, object?>)copy.Options)[key] = value;
        }

        return copy;
    }

    /// <summary>RFC 6454, section 5.</summary>
    private static bool IsSameOrigin(Uri one, Uri other) => one.Scheme == other.Scheme && one.Port == other.Port
        && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase) && other.UserInfo.Length == 0;
}
