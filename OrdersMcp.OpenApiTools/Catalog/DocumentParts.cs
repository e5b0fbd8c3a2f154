using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>
/// Reads the files that a document refers to: for a document in a file only files in its folder and below, for a URL only
/// those of the same origin. Anything else would let the document's author read what the server can read.
/// </summary>
internal sealed class DocumentParts(string document, HttpClient client)
{
    private readonly Dictionary<string, DateTime> _files = new(StringComparer.Ordinal);

    /// <summary>The location of the document.</summary>
    public Uri Location { get; } = DocumentAddress.IsAddress(document)
        ? new Uri(document)
        : new Uri(Path.GetFullPath(DocumentAddress.PathOf(document)));

    /// <summary>The files that were read, with their last write times.</summary>
    public IReadOnlyDictionary<string, DateTime> Files => _files;

    /// <exception cref="ApiDocumentException">Access is not allowed, or fails; the message says why.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(Uri part, CancellationToken cancellationToken)
    {
        if (Location.IsFile)
        {
            return part.IsFile
                ? await ReadFileAsync(part.LocalPath, cancellationToken)
                : throw new ApiDocumentException("a file refers to files only");
        }

        if (part.Scheme != Location.Scheme || part.Authority != Location.Authority)
        {
            throw new ApiDocumentException("it has another origin than the document");
        }

        try
        {
            using var response = await DocumentRequest.SendAsync(client, part, tag: null, cancellationToken);
            return !response.IsSuccessStatusCode
                ? throw new ApiDocumentException($"the server answered {response.StatusCode:D}")
                : await BoundedBody.ReadAsync(response.Content, DocumentText.MaxBytes, cancellationToken) ?? throw new ApiDocumentException("it is too large");
        }
        catch (HttpRequestException exception)
        {
            throw new ApiDocumentException($"it could not be fetched: {BoundedText.Of(exception.Message, maxLength: 200)}", exception);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(Location.LocalPath)!;
        var file = new FileInfo(path);
        if (!IsWithin(folder, file.FullName))
        {
            throw new ApiDocumentException("it is outside of the document's folder");
        }

        try
        {
            if (!file.Exists)
            {
                throw new ApiDocumentException("there is no such file");
            }

            if (file.ResolveLinkTarget(returnFinalTarget: true) is { } target && !IsWithin(folder, target.FullName))
            {
                throw new ApiDocumentException("it is a link out of the document's folder");
            }

            _files[file.FullName] = file.LastWriteTimeUtc;
            return file.Length > DocumentText.MaxBytes
                ? throw new ApiDocumentException("it is too large")
                : await File.ReadAllBytesAsync(file.FullName, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ApiDocumentException($"it could not be read: {exception.GetType().Name}", exception);
        }
    }

    private static bool IsWithin(string folder, string path) =>
        Path.GetFullPath(path).StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
