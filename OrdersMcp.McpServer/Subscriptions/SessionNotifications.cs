using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.McpServer.Protocol;

namespace OrdersMcp.McpServer.Subscriptions;

/// <summary>
/// Changes for a client of the handshake era whose connection lasts, as over standard input and output or in a session:
/// lists without being asked, resources by <c>resources/subscribe</c>.
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

    /// <summary>Called with the end of the session.</summary>
    public Action? OnEnded { get; init; }

    /// <summary>What has changed is told from now on, and what did before.</summary>
    public void StreamOpened()
    {
        if (!Interlocked.Exchange(ref _isTelling, true))
        {
            using var untraced = ExecutionContext.SuppressFlow(); // what is told later is not of this request
            _ = Task.Run(TellAsync);
        }
    }

    /// <exception cref="McpProtocolException">Nobody tells of changes of this resource, or too many are watched.</exception>
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
                    "Nothing tells of changes of this resource, so that it cannot be subscribed to. Read it again instead.",
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
        await _watching.WaitAsync(); // nothing is watched any more that nobody would take back
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
            // The connection has ended, and with it whom to tell.
        }
    }
}
