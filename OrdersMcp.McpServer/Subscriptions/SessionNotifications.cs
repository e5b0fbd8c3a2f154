using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace OrdersMcp.McpServer.Subscriptions;

/// <summary>
/// Changes for a client of the handshake era whose connection lasts, as over standard input and output: lists without
/// being asked, resources by <c>resources/subscribe</c>.
/// </summary>
internal sealed class SessionNotifications(SubscriptionHub hub, Watcher watcher, IHostApplicationLifetime lifetime) : IDisposable
{
    private readonly ListenStream _stream = new(ListenTopics.Tools | ListenTopics.Prompts | ListenTopics.Resources);
    private readonly SemaphoreSlim _watching = new(1, 1);
    private int _started;

    /// <summary>Tells the client from now on, once it has said that it is initialized.</summary>
    public ValueTask StartAsync(ModelContextProtocol.Server.McpServer server)
    {
        if (Interlocked.Exchange(ref _started, 1) == 0 && hub.TryAdd(_stream))
        {
            hub.Acknowledge(_stream);
            _ = TellAsync(server, lifetime.ApplicationStopping);
        }

        return ValueTask.CompletedTask;
    }

    /// <exception cref="McpProtocolException">Nobody tells of changes of this resource, or too many are watched.</exception>
    public async ValueTask<EmptyResult> SubscribeAsync(RequestContext<SubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        await _watching.WaitAsync(cancellationToken);
        try
        {
            var watched = await watcher.WatchAsync(_stream, [request.Params.Uri], cancellationToken);
            return watched.Count > 0
                ? new EmptyResult()
                : throw new McpProtocolException(
                    "Nothing tells of changes of this resource, so that it cannot be subscribed to. Read it again instead.", McpErrorCode.ResourceNotFound);
        }
        finally
        {
            _watching.Release();
        }
    }

    public async ValueTask<EmptyResult> UnsubscribeAsync(RequestContext<UnsubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        await _watching.WaitAsync(cancellationToken);
        try
        {
            watcher.Unwatch(_stream, request.Params.Uri);
            return new EmptyResult();
        }
        finally
        {
            _watching.Release();
        }
    }

    public void Dispose()
    {
        watcher.Leave(_stream);
        _stream.Dispose();
        _watching.Dispose();
    }

    private async Task TellAsync(ModelContextProtocol.Server.McpServer server, CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var (changed, updated) = await _stream.TakeAsync(stoppingToken);
                foreach (var (method, parameters) in ChangeNotifications.Of(changed, updated))
                {
                    await server.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters }, stoppingToken);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The connection has ended, and with it whom to tell.
        }
    }
}
