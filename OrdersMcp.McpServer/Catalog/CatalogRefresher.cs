using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OrdersMcp.McpServer.OpenApi;
using OrdersMcp.McpServer.Tools;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>Reads each API's document at start, until it is there, and then again and again.</summary>
internal sealed partial class CatalogRefresher(
    IOptions<McpOptions> options, ToolCatalog catalog, ApiClients clients, TimeProvider time, ILogger<CatalogRefresher> logger)
    : BackgroundService
{
    private const int MaxDocumentBytes = 32 * 1024 * 1024;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(options.Value.Apis.Select(api => KeepFreshAsync(api, stoppingToken)));

    private async Task KeepFreshAsync(ApiOptions api, CancellationToken stoppingToken)
    {
        // These requests come from a timer, not from a caller: as traces they would hide those that matter.
        using var untraced = SuppressInstrumentationScope.Begin();
        EntityTagHeaderValue? version = null;
        var retry = FirstRetry;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                version = await RefreshAsync(api, version, stoppingToken);
                retry = FirstRetry;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Whatever a document does to its reader, the tools of the last good one go on being served. It is said
                // once for each cause; the health check tells it for as long as it lasts.
                if (catalog.Apis[api.Name].Problem != exception.Message)
                {
                    LogFailed(api.Name, api.Document, exception.Message, IsExpected(exception) ? null : exception);
                    catalog.Fail(api.Name, exception.Message);
                }
            }

            var pause = catalog.Apis[api.Name].Problem is null ? options.Value.RefreshInterval : retry;
            retry = TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, options.Value.RefreshInterval.Ticks));
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<EntityTagHeaderValue?> RefreshAsync(
        ApiOptions api, EntityTagHeaderValue? version, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, api.Document);
        if (version is not null)
        {
            request.Headers.IfNoneMatch.Add(version);
        }

        using var response = await clients.Documents.SendAsync(request, cancellationToken);
        var known = catalog.Apis[api.Name];
        if (response.StatusCode == HttpStatusCode.NotModified)
        {
            catalog.Update(api.Name, known.Tools);
            return version;
        }

        response.EnsureSuccessStatusCode();
        if (response.Content.Headers.ContentLength > MaxDocumentBytes)
        {
            throw new ApiDocumentException($"The document is larger than {MaxDocumentBytes} bytes.");
        }

        var document = ApiDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        var tools = ToolBuilder.Build(document, clients.For(api, document.ServerUrl));
        catalog.Update(api.Name, tools);
        if (!known.IsLoaded || known.Problem is not null || known.Tools.Count != tools.Count)
        {
            LogLoaded(api.Name, tools.Count, api.Document);
        }

        return response.Headers.ETag;
    }

    private static bool IsExpected(Exception exception) => exception is HttpRequestException or TimeoutRejectedException
        or BrokenCircuitException or OperationCanceledException or ApiDocumentException;

    [LoggerMessage(Level = LogLevel.Information, Message = "API {Api}: {Count} tools from {Document}")]
    private partial void LogLoaded(string api, int count, string document);

    [LoggerMessage(Level = LogLevel.Warning, Message = "API {Api}: {Document} could not be read, trying again: {Problem}")]
    private partial void LogFailed(string api, string document, string problem, Exception? exception);
}
