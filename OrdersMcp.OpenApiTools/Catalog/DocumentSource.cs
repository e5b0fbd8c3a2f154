using System.Net;
using System.Net.Http.Headers;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Operations.Results;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>
/// The source of a document: a URL with its entity tag, or a file with its last write time; and the files that the document
/// refers to.
/// </summary>
internal sealed class DocumentSource(ApiOptions api, HttpClient client, AppSource? app = null)
{
    private EntityTagHeaderValue? _tag;
    private bool _isRead;
    private DateTime _written;
    private IReadOnlyDictionary<string, DateTime> _parts = new Dictionary<string, DateTime>(StringComparer.Ordinal);

    /// <summary>
    /// Whether the reader itself retries until there is a document. Then an unreachable API is reported at once.
    /// </summary>
    public bool IsTriedAgain { get; init; }

    /// <summary>What the API has announced about the document at the URL.</summary>
    public AnnouncedDocument Announced { get; init; } = new();

    /// <summary>Reads the document; null if unchanged since it was accepted. An unusable document is read again.</summary>
    /// <exception cref="ApiDocumentException">It is too large, does not exist, or is not an OpenAPI document.</exception>
    public async Task<(ApiDocument Document, Action Accept)?> ReadAsync(CancellationToken cancellationToken)
    {
        var isSame = _parts.All(part => File.GetLastWriteTimeUtc(part.Key) == part.Value);
        var read = app is not null ? await app.ReadAsync(api.Document, isSame, cancellationToken)
            : DocumentAddress.IsAddress(api.Document) ? await FetchAsync(isSame ? _tag : null, cancellationToken)
            : await ReadFileAsync(isSame, cancellationToken);
        if (read is not var (bytes, accept))
        {
            return null;
        }

        var parts = app is null ? new DocumentParts(api.Document, client) : new DocumentParts(AppSource.AddressOf(api.Document), app.Client);
        var (document, overlays) = await DocumentOf(bytes, parts, cancellationToken);
        return (document, Accept);

        void Accept()
        {
            accept();
            _parts = parts.Files.Concat(overlays).DistinctBy(part => part.Key).ToDictionary(StringComparer.Ordinal);
        }
    }

    private async Task<(ApiDocument Document, Dictionary<string, DateTime> Overlays)> DocumentOf(
        ReadOnlyMemory<byte> bytes, DocumentParts parts, CancellationToken cancellationToken)
    {
        var warnings = new List<string>();
        var written = new Dictionary<string, DateTime>(StringComparer.Ordinal);
        var overlays = new List<(string, ReadOnlyMemory<byte>)>();
        foreach (var overlay in api.Overlays)
        {
            written[overlay] = File.GetLastWriteTimeUtc(overlay);
            overlays.Add((Path.GetFileName(overlay), await File.ReadAllBytesAsync(overlay, cancellationToken)));
        }

        var (json, problems) = await DocumentBundle.BundleAsync(
            DocumentText.ToJson(bytes, warnings.Add), parts.Location, parts.ReadAsync, warnings.Add, cancellationToken);
        json = Overlay.Apply(json, overlays, warnings.Add);
        return (ApiDocument.Read(json, new DocumentReading(warnings) { Unread = problems, ServerVariables = api.ServerVariables }), written);
    }

    private async Task<(ReadOnlyMemory<byte>, Action)?> FetchAsync(EntityTagHeaderValue? known, CancellationToken cancellationToken)
    {
        using var response = await RequestAsync(known, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotModified)
        {
            return null;
        }

        if (Redirects.Is(response) && response.Headers.Location is { } location)
        {
            throw new ApiDocumentException(
                $"The document has moved to {DocumentAddress.Redacted(location.OriginalString)}, on another origin; such redirects are not followed. Set Document to it.");
        }

        response.EnsureSuccessStatusCode();
        var bytes = await BoundedBody.ReadAsync(response.Content, DocumentText.MaxBytes, cancellationToken) ?? throw TooLarge();
        var tag = response.Headers.ETag;
        return (bytes, () => (_tag, _isRead) = (tag, true));
    }

    /// <summary>Requests the document until it is the announced one, if there is one, but not for long.</summary>
    private async Task<HttpResponseMessage> RequestAsync(EntityTagHeaderValue? known, CancellationToken cancellationToken)
    {
        for (var request = 1; ; request++)
        {
            var response = await DocumentRequest.SendAsync(
                client, new Uri(api.Document), known, cancellationToken, isOnce: IsTriedAgain && !_isRead, isAnotherReplica: request > 1);
            if ((!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.NotModified)
                || !Announced.Answer(response.StatusCode == HttpStatusCode.NotModified ? known : response.Headers.ETag))
            {
                return response;
            }

            if (request == AnnouncedDocument.MaxRequests)
            {
                Announced.Missed();
                return response;
            }

            response.Dispose();
            await Task.Delay(AnnouncedDocument.Pause, cancellationToken);
        }
    }

    private async Task<(ReadOnlyMemory<byte>, Action)?> ReadFileAsync(bool isSame, CancellationToken cancellationToken)
    {
        var file = new FileInfo(DocumentAddress.PathOf(api.Document));
        if (!file.Exists)
        {
            throw new ApiDocumentException("The file is not there.");
        }

        var written = file.LastWriteTimeUtc;
        if (isSame && written == _written)
        {
            return null;
        }

        return file.Length > DocumentText.MaxBytes
            ? throw TooLarge()
            : (await File.ReadAllBytesAsync(file.FullName, cancellationToken), () => _written = written);
    }

    private static ApiDocumentException TooLarge() => new($"The document is larger than {DocumentText.MaxBytes} bytes.");
}
