using System.Net;
using Microsoft.Extensions.Primitives;
using OrdersMcp.OpenApiTools.App;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Results;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>Reads the document of this app: at first when the app has started, and again after its endpoints have changed.</summary>
internal sealed class AppSource(AppDocument document, AppPipeline pipeline, AppEndpoints endpoints, HttpClient client, TimeProvider time)
{
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(30);

    private const string Origin = "http://localhost"; // of this app for its own requests; it is never resolved

    private IChangeToken? _changes;

    /// <summary>The client that sends requests in process.</summary>
    public HttpClient Client => client;

    /// <summary>The address that references of the document are relative to.</summary>
    public static string AddressOf(string name) => name.StartsWith('/') ? Origin + name : Origin;

    /// <summary>Waits until the app has endpoints, and then reports each change of them.</summary>
    public async Task<IDisposable> WatchAsync(Func<Task> refresh, CancellationToken cancellationToken)
    {
        await pipeline.Built.WaitAsync(cancellationToken);
        return ChangeToken.OnChange(() => endpoints.Changes, () => _ = refresh()); // the log and the health check report the outcome
    }

    /// <summary>Reads the document; null if the endpoints are unchanged since it was accepted.</summary>
    /// <param name="name">Its name or path.</param>
    /// <param name="isSame">Whether the files that belong to it are unchanged too.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ApiDocumentException">There is no such document, or it takes too long.</exception>
    public async Task<(ReadOnlyMemory<byte>, Action)?> ReadAsync(string name, bool isSame, CancellationToken cancellationToken)
    {
        if (isSame && _changes is { HasChanged: false })
        {
            return null;
        }

        var changes = endpoints.Changes;
        using var late = new CancellationTokenSource(LongestRead, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var read = name.StartsWith('/') ? await FetchAsync(name, ended.Token) : await GenerateAsync(name, ended.Token);
            return (read, () => _changes = changes);
        }
        catch (OperationCanceledException exception) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ApiDocumentException($"The document of this app took longer than {LongestRead.TotalSeconds:0} s.", exception);
        }
    }

    private async Task<ReadOnlyMemory<byte>> GenerateAsync(string name, CancellationToken cancellationToken) => !document.Exists
        ? throw new ApiDocumentException("This app does not describe itself. Call builder.Services.AddOpenApi(), or set Document to the path of its document.")
        : await document.ReadAsync(name.Length == 0 ? null : name, cancellationToken)
            ?? throw new ApiDocumentException(name.Length == 0 ? "This app has no OpenAPI document." : $"This app has no OpenAPI document '{name}'.");

    private async Task<ReadOnlyMemory<byte>> FetchAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync(new Uri(Origin + path), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return response.StatusCode == HttpStatusCode.OK
            ? await BoundedBody.ReadAsync(response.Content, DocumentText.MaxBytes, cancellationToken)
                ?? throw new ApiDocumentException($"The document is larger than {DocumentText.MaxBytes} bytes.")
            : throw new ApiDocumentException($"The path {path} of this app answers with status {(int)response.StatusCode}, not with a document.");
    }
}
