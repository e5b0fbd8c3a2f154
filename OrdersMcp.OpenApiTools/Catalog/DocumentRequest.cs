using System.Net.Http.Headers;
using System.Text;
using OrdersMcp.OpenApiTools.Operations.Requests;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>Fetches a document, or a part of one, and follows redirects within the same origin.</summary>
internal static class DocumentRequest
{
    public static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, Uri address, EntityTagHeaderValue? tag, CancellationToken cancellationToken, bool isOnce = false)
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

        if (tag is not null)
        {
            request.Headers.IfNoneMatch.Add(tag);
        }

        return await Redirects.FollowAsync(request, each => client.SendAsync(each, HttpCompletionOption.ResponseHeadersRead, cancellationToken));
    }
}
