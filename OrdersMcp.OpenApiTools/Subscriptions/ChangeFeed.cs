using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using OpenTelemetry;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.OpenApi;
using Polly;

namespace OrdersMcp.OpenApiTools.Subscriptions;

/// <summary>
/// Receives the changes of one API while a client watches its resources or its document is followed. After a disconnect it resumes after the id of the
/// last event. If there is none, or if the API reports that it cannot resume (the event <c>changes-missed</c>), all watched
/// resources count as changed, so no change is missed.
/// </summary>
internal sealed partial class ChangeFeed(string api, ToolCatalog catalog, SubscriptionHub hub, TimeProvider time, ILogger<ChangeFeed> logger)
{
    private const string Missed = "changes-missed";
    private const string OfDocument = "document-changed";
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(10);

    /// <summary>A connection that is silent for longer counts as broken: APIs send comments as keep-alives.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private int _listeners;
    private bool _isDocumentFollowed;
    private TaskCompletionSource _wanted = New();
    private TaskCompletionSource _connected = New();
    private CancellationTokenSource? _listening;
    private string? _problem;

    /// <summary>Receives the entity tag of the document that the API announces.</summary>
    public Action<string> OnDocument { get; init; } = _ => { };

    /// <summary>Completes when the connection to the API is open.</summary>
    public Task Connected
    {
        get
        {
            lock (_lock)
            {
                return _connected.Task;
            }
        }
    }

    public void Acquire()
    {
        lock (_lock)
        {
            if (++_listeners == 1)
            {
                _wanted.TrySetResult();
            }
        }
    }

    public void Release()
    {
        CancellationTokenSource? unwanted = null;
        lock (_lock)
        {
            if (--_listeners == 0)
            {
                (_wanted, _connected) = (New(), New());
                (unwanted, _listening) = (_listening, null);
            }
        }

        unwanted?.Cancel();
    }

    /// <summary>Starts or ends listening to announcements of the document. Calls must not overlap.</summary>
    public void FollowDocument(bool isFollowed)
    {
        if (_isDocumentFollowed == isFollowed)
        {
            return;
        }

        _isDocumentFollowed = isFollowed;
        if (isFollowed)
        {
            Acquire();
        }
        else
        {
            Release();
        }
    }

    public async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Task wanted;
            lock (_lock)
            {
                wanted = _wanted.Task;
            }

            await wanted.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            using var listening = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            lock (_lock)
            {
                if (_listeners == 0)
                {
                    continue;
                }

                _listening = listening;
            }

            await ListenAsync(listening.Token);
            lock (_lock)
            {
                _listening = _listening == listening ? null : _listening;
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        string? last = null;
        var retry = FirstRetry;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (catalog.Current.Capabilities.ChangesOf(api) is { } source)
                {
                    await foreach (var changed in EventsAsync(source, last, cancellationToken))
                    {
                        last = changed.Id ?? last;
                        retry = FirstRetry;
                        Tell(source, changed);
                    }
                }

                Report("the stream ended");
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (StaleEventException)
            {
                last = null;
                Report("it no longer knows the last event");
            }
            catch (Exception exception)
            {
                // Whatever the error is, clients that watch must keep receiving changes.
                Report(exception.Message, IsExpected(exception) ? null : exception);
            }

            lock (_lock)
            {
                _connected = _connected.Task.IsCompleted ? New() : _connected;
            }

            // Random delays keep replicas that lost the same API from reconnecting at the same moment.
            await Task.Delay(retry * (0.5 + Random.Shared.NextDouble()), time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            retry = TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, LastRetry.Ticks));
        }
    }

    private async IAsyncEnumerable<ServerEvent> EventsAsync(
        ChangeSource source, string? last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(LongestSilence);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{source.Endpoint.BaseAddress}{source.Path}");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (last is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", last);
        }

        using var response = await SendAsync(source, request, silence.Token);
        if (response.StatusCode == HttpStatusCode.BadRequest && last is not null)
        {
            throw new StaleEventException();
        }

        response.EnsureSuccessStatusCode();
        if (response.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            throw new InvalidDataException($"The path {source.Path} answered {response.Content.Headers.ContentType}, not a stream of events.");
        }

        await using var body = await response.Content.ReadAsStreamAsync(silence.Token);
        OnConnected(isResumed: last is not null);
        await foreach (var changed in EventStreamReader.ReadAsync(body, () => silence.CancelAfter(LongestSilence), silence.Token))
        {
            yield return changed;
        }
    }

    private void OnConnected(bool isResumed)
    {
        _problem = null;
        if (!isResumed)
        {
            hub.AnyUpdated(api);
        }

        lock (_lock)
        {
            if (_listeners > 0)
            {
                _connected.TrySetResult();
            }
        }

        LogConnected(api);
    }

    /// <summary>Notifies watchers of the event's resources: those whose URI variables it contains.</summary>
    private void Tell(ChangeSource source, ServerEvent changed)
    {
        if (changed.Type == Missed)
        {
            hub.AnyUpdated(api);
            return;
        }

        if (changed.Data.Length == 0)
        {
            return;
        }

        JsonElement members;
        try
        {
            members = JsonElement.Parse(changed.Data);
        }
        catch (JsonException)
        {
            LogUnreadable(api);
            return;
        }

        if (changed.Type == OfDocument)
        {
            if (source.OfDocument && members.Text("entityTag") is { } tag)
            {
                OnDocument(tag);
            }

            return;
        }

        foreach (var template in source.Resources)
        {
            var values = template.Variables.Select(variable => TextOf(members.Member(variable))).ToArray();
            if (Array.TrueForAll(values, value => value is not null))
            {
                var i = 0;
                hub.Updated(template.Fill(_ => values[i++]!));
            }
        }
    }

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    /// <summary>
    /// A permanent connection belongs to no request, and its trace would never end. Only the request is suppressed, because
    /// OpenTelemetry exports no logs within the scope.
    /// </summary>
    private static async Task<HttpResponseMessage> SendAsync(ChangeSource source, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var untraced = SuppressInstrumentationScope.Begin();
        return await source.Endpoint.SendAsync(request, cancellationToken);
    }

    /// <summary>Logs each cause once.</summary>
    private void Report(string problem, Exception? exception = null)
    {
        if (_problem != problem)
        {
            _problem = problem;
            LogBroken(api, problem, exception);
        }
    }

    private static bool IsExpected(Exception exception) => exception is HttpRequestException or IOException
        or InvalidDataException or OperationCanceledException or ExecutionRejectedException;

    [LoggerMessage(Level = LogLevel.Debug, Message = "API {Api}: listening to its changes")]
    private partial void LogConnected(string api);

    [LoggerMessage(Level = LogLevel.Warning, Message = "API {Api}: receiving its changes failed, trying again: {Problem}")]
    private partial void LogBroken(string api, string problem, Exception? exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "API {Api}: a change event is not JSON")]
    private partial void LogUnreadable(string api);

    /// <summary>The API refused to resume after an event.</summary>
    private sealed class StaleEventException : Exception;
}
