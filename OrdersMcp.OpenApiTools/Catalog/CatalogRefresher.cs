using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OrdersMcp.OpenApiTools.App;
using OrdersMcp.OpenApiTools.Catalog.Skills;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Requests;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>
/// Reads each API's document at start, with retries until it succeeds, and later again: on an interval, on demand, on
/// SIGHUP, and when the API announces another one.
/// </summary>
internal sealed partial class CatalogRefresher(
    IOptions<OpenApiToolsOptions> options, ToolCatalog catalog, ApiClients clients, AppDocument document, AppPipeline pipeline, AppEndpoints endpoints, IEnumerable<IToolPlanner> planners, CatalogMetrics metrics, TimeProvider time,
    ILogger<CatalogRefresher> logger)
    : BackgroundService
{
    private const int MostWarningsLogged = 20;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);

    private readonly Lock _demanding = new();
    private readonly Dictionary<string, AnnouncedDocument> _announced =
        options.Value.Apis.ToDictionary(api => api.Name, _ => new AnnouncedDocument(), StringComparer.Ordinal);

    private volatile CatalogDemand _demand = new(options.Value.Apis.Count);

    /// <summary>Reads all documents again now. Completes when that is done, even if there are problems.</summary>
    public Task RefreshAsync()
    {
        CatalogDemand demand;
        lock (_demanding)
        {
            demand = _demand;
            _demand = demand.Follow();
        }

        demand.Make();
        return demand.Answered;
    }

    /// <summary>Reads the documents now if an API has another one than before. The log and the health check report the outcome.</summary>
    public void Announce(string api, string entityTag)
    {
        if (_announced[api].Announce(entityTag))
        {
            _ = RefreshAsync();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hangup = OnHangup();
        await Task.WhenAll(options.Value.Apis.Select(
            (api, index) => KeepFreshAsync(api, $"{OpenApiToolsOptions.Section}:Apis:{index}", stoppingToken)));
    }

    /// <summary>
    /// SIGHUP makes a background process read its settings again. In a terminal it means that the terminal has closed, and
    /// still ends the process.
    /// </summary>
    private PosixSignalRegistration? OnHangup() => OperatingSystem.IsWindows() || !Console.IsInputRedirected
        ? null
        : PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            _ = RefreshAsync(); // the log and the health check report the outcome
        });

    private async Task KeepFreshAsync(ApiOptions api, string setting, CancellationToken stoppingToken)
    {
        var skills = new SkillFolder(CapabilitiesBuilder.SchemeOf(api.Name), api.Skills);
        var app = api.InProcess ? new AppSource(document, pipeline, endpoints, clients.App, time) : null;
        using var changes = app is null ? null : await app.WatchAsync(RefreshAsync, stoppingToken);
        var source = new DocumentSource(api, clients.Documents, app) { IsTriedAgain = true, Announced = _announced[api.Name] };
        var retry = FirstRetry;
        var waited = _demand;
        while (!stoppingToken.IsCancellationRequested)
        {
            var demand = _demand;
            try
            {
                await RefreshAsync(api, setting, source, skills, stoppingToken);
                retry = FirstRetry;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                metrics.RefreshFailed(api.Name);

                // Whatever the error is, the tools of the last usable document stay. It is logged once for each cause; the
                // health check reports it as long as it lasts.
                var problem = exception is ApiDocumentException && !exception.Message.StartsWith(setting, StringComparison.Ordinal)
                    ? $"{setting}:Document: {exception.Message}"
                    : exception.Message;
                if (catalog.Apis[api.Name].Problem != problem)
                {
                    LogFailed(
                        api.Name, LocationOf(api), problem, IsExpected(exception) ? null : exception);
                    catalog.Fail(api.Name, problem, isOfDocument: exception is ApiDocumentException);
                }
            }

            waited.AnswerUntil(demand);
            waited = demand;
            var pause = catalog.Apis[api.Name].Problem is null ? options.Value.RefreshInterval : retry;
            retry = TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, options.Value.RefreshInterval.Ticks));
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(Task.Delay(pause, time, waiting.Token), demand.Made);
            await waiting.CancelAsync();
        }
    }

    private async Task RefreshAsync(
        ApiOptions api, string setting, DocumentSource source, SkillFolder folder, CancellationToken cancellationToken)
    {
        var known = catalog.Apis[api.Name];
        var skills = folder.Read(warning => LogWarning(api.Name, warning, warning.Cause));
        if (await ReadAsync(source, cancellationToken) is not { } read)
        {
            catalog.Update(api.Name, known.Tools, known.Capabilities with { Skills = skills });
            return;
        }

        var builder = new ToolBuilder(api, setting, server => clients.For(api, server), options.Value.ResultByteBudget)
        {
            ResourceByteBudget = options.Value.ResourceByteBudget,
            Planners = [.. planners],
        };
        var set = builder.Build(read.Document);
        var (tools, warnings) = set;
        catalog.Update(api.Name, tools, set.Capabilities with { Skills = skills });
        read.Accept();
        if (!known.IsLoaded || known.Problem is not null || known.Tools.Count != tools.Count)
        {
            LogLoaded(api.Name, tools.Count, LocationOf(api));
            foreach (var warning in warnings.Take(MostWarningsLogged))
            {
                LogWarning(api.Name, warning, warning.Cause);
            }

            if (warnings.Count > MostWarningsLogged)
            {
                LogMoreWarnings(api.Name, warnings.Count - MostWarningsLogged);
            }
        }
    }

    /// <summary>
    /// The requests come from a timer, not from a caller. Their traces would hide the relevant ones. Only they are suppressed,
    /// because OpenTelemetry exports no logs within the scope.
    /// </summary>
    private static async Task<(ApiDocument Document, Action Accept)?> ReadAsync(DocumentSource source, CancellationToken cancellationToken)
    {
        using var untraced = SuppressInstrumentationScope.Begin();
        return await source.ReadAsync(cancellationToken);
    }

    private static string LocationOf(ApiOptions api) => api.InProcess ? "this app" : DocumentAddress.Redacted(api.Document);

    private static bool IsExpected(Exception exception) => exception is HttpRequestException or TimeoutRejectedException
        or BrokenCircuitException or OperationCanceledException or ApiDocumentException or IOException;

    [LoggerMessage(Level = LogLevel.Information, Message = "API {Api}: {Count} tools from {Document}")]
    private partial void LogLoaded(string api, int count, string document);

    [LoggerMessage(Level = LogLevel.Warning, Message = "API {Api}: {Warning}")]
    private partial void LogWarning(string api, DocumentWarning warning, Exception? exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "API {Api}: {Count} more warnings; the command 'tools' lists all")]
    private partial void LogMoreWarnings(string api, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "API {Api}: {Document} could not be read, trying again: {Problem}")]
    private partial void LogFailed(string api, string document, string problem, Exception? exception);
}
