using System.Net;
using System.Net.Http.Headers;
using System.Text;
using OrdersMcp.McpServer.Configuration;
using OrdersMcp.McpServer.OpenApi;
using OrdersMcp.McpServer.Operations.Results;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>
/// Where a document is read from: an address, with its entity tag, or a file, with the time of its last change.
/// </summary>
internal sealed class DocumentSource(string document, HttpClient client)
{
    private const int MaxBytes = 64 * 1024 * 1024;

    private EntityTagHeaderValue? _tag;
    private DateTime _written;

    /// <summary>
    /// The document, or null where it is the one that was last accepted: a document that was of no use is read again.
    /// </summary>
    /// <exception cref="ApiDocumentException">It is too large or not there.</exception>
    public async Task<(ReadOnlyMemory<byte> Bytes, Action Accept)?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!DocumentAddress.IsAddress(document))
        {
            return await ReadFileAsync(cancellationToken);
        }

        using var request = Request();
        if (_tag is not null)
        {
            request.Headers.IfNoneMatch.Add(_tag);
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotModified)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        var bytes = await BoundedBody.ReadAsync(response.Content, MaxBytes, cancellationToken) ?? throw TooLarge();
        var tag = response.Headers.ETag;
        return (bytes, () => _tag = tag);
    }

    /// <summary>The user and password of the address become a header (RFC 7617); on its way it has none.</summary>
    private HttpRequestMessage Request()
    {
        var address = new Uri(document);
        var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(address.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped)));
        if (address.UserInfo.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo))));
        }

        return request;
    }

    private async Task<(ReadOnlyMemory<byte>, Action)?> ReadFileAsync(CancellationToken cancellationToken)
    {
        var file = new FileInfo(DocumentAddress.PathOf(document));
        if (!file.Exists)
        {
            throw new ApiDocumentException("The file is not there.");
        }

        var written = file.LastWriteTimeUtc;
        if (written == _written)
        {
            return null;
        }

        return file.Length > MaxBytes
            ? throw TooLarge()
            : (await File.ReadAllBytesAsync(file.FullName, cancellationToken), () => _written = written);
    }

    private static ApiDocumentException TooLarge() => new($"The document is larger than {MaxBytes} bytes.");
}
