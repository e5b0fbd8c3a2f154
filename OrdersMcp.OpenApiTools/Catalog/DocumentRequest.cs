using System.Net.Http.Headers;
using System.Text;
using OrdersMcp.OpenApiTools.Operations.Requests;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>Fetches a document, or a part of one, and follows redirects within the same origin.</summary>
internal static class DocumentRequest
{
    /// <param name="client">The client.</param>
    /// <param name="address">The address of the document.</param>
    /// <param name="tag">The entity tag of the known document, or null.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <param name="isOnce">Whether a failure is not retried.</param>
    /// <param name="isAnotherReplica">
    /// Whether the next request should reach another replica: a balancer of connections sends all requests of a connection to one.
    /// </param>
    public static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, Uri address, EntityTagHeaderValue? tag, CancellationToken cancellationToken, bool isOnce = false,
        bool isAnotherReplica = false)
    {
        // The user and password of the URL become a header (RFC 7617), and are not part of the request URL.
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(address.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped)));
        if (address.UserInfo.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo))));
        }

        if (isOnce)
        {
            SingleAttempt.Set(request);
        }

        if (isAnotherReplica)
        {
            request.Headers.ConnectionClose = true;
        }

        if (tag is not null)
        {
            request.Headers.IfNoneMatch.Add(tag);
        }

        return await Redirects.FollowAsync(request, each => client.SendAsync(each, HttpCompletionOption.ResponseHeadersRead, cancellationToken));
    }
}
