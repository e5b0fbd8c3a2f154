using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Subscriptions;

/// <summary>
/// Reports changes to a client of the handshake era on a lasting connection, over stdio or in a session: changes of lists
/// without a request, those of resources after <c>resources/subscribe</c>.
/// </summary>
internal sealed class SessionNotifications : ISessionScope
{
    private readonly ListenStream _stream = new(ListenTopics.Tools | ListenTopics.Prompts | ListenTopics.Resources);
    private readonly SemaphoreSlim _watching = new(1, 1);
    private readonly CancellationTokenSource _ended;
    private readonly Func<ModelContextProtocol.Server.McpServer> _server;
    private readonly Watcher _watcher;
    private bool _isTelling;

    public SessionNotifications(
        Func<ModelContextProtocol.Server.McpServer> server, SubscriptionHub hub, Watcher watcher, IHostApplicationLifetime lifetime)
    {
        _server = server;
        _watcher = watcher;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
        hub.Add(_stream);
    }

    /// <summary>Called when the session ends.</summary>
    public Action? OnEnded { get; init; }

    /// <summary>Starts sending changes, including earlier ones.</summary>
    public void StreamOpened()
    {
        if (!Interlocked.Exchange(ref _isTelling, true))
        {
            using var untraced = ExecutionContext.SuppressFlow(); // later notifications do not belong to this request
            _ = Task.Run(TellAsync);
        }
    }

    /// <exception cref="McpProtocolException">
    /// The resource does not report changes, or too many resources are watched.
    /// </exception>
    public async ValueTask<EmptyResult> SubscribeAsync(
        RequestContext<SubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
        await _watching.WaitAsync(either.Token);
        try
        {
            var watched = await _watcher.WatchAsync(_stream, [request.Params.Uri], either.Token);
            return watched.Count > 0
                ? new EmptyResult()
                : throw new McpProtocolException(
                    "This resource does not report changes and cannot be subscribed to. Read it again instead.",
                    McpErrorCode.ResourceNotFound);
        }
        finally
        {
            _watching.Release();
        }
    }

    public async ValueTask<EmptyResult> UnsubscribeAsync(
        RequestContext<UnsubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        await _watching.WaitAsync(cancellationToken);
        try
        {
            _watcher.Unwatch(_stream, request.Params.Uri);
            return new EmptyResult();
        }
        finally
        {
            _watching.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        OnEnded?.Invoke();
        await _ended.CancelAsync();
        await _watching.WaitAsync(); // waits for a running watch, so that Leave ends it too
        _watcher.Leave(_stream);
        _stream.Dispose();
        _ended.Dispose();
        _watching.Dispose();
    }

    private async Task TellAsync()
    {
        try
        {
            var ended = _ended.Token;
            while (true)
            {
                var (changed, updated) = await _stream.TakeAsync(ended);
                foreach (var (method, parameters) in ChangeNotifications.Of(changed, updated))
                {
                    await _server().SendMessageAsync(
                        new JsonRpcNotification { Method = method, Params = parameters }, ended);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The connection has ended, so there is no client to notify.
        }
    }
}
