using System.Collections.Concurrent;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using SdkServer = ModelContextProtocol.Server.McpServer;

namespace OrdersMcp.McpServer.Subscriptions;

/// <summary>The connections of the handshake era that last, and what each is told.</summary>
internal sealed class SessionSubscriptions(SubscriptionHub hub, Watcher watcher, IHostApplicationLifetime lifetime)
{
    /// <summary>The one connection over standard input and output has no id.</summary>
    private const string Stdio = "";

    private readonly ConcurrentDictionary<string, SessionNotifications> _sessions = new(StringComparer.Ordinal);

    /// <summary>Whether the connection lasts: messages can be sent to its client that are no answers.</summary>
    public bool Lasts(SdkServer server) => Of(server) is not null;

    /// <summary>Begins a session; its end is the disposal.</summary>
    public SessionNotifications Begin(SdkServer server)
    {
        var id = server.SessionId!;
        return _sessions[id] = new SessionNotifications(() => server, hub, watcher, lifetime)
        {
            OnEnded = () => _sessions.TryRemove(id, out _),
        };
    }

    /// <summary>Has the one connection over standard input and output last.</summary>
    public void BeginStdio(Func<SdkServer> server) =>
        _sessions[Stdio] = new SessionNotifications(server, hub, watcher, lifetime);

    /// <summary>Sees that a client is initialized: over standard input and output it can be told from then on.</summary>
    public McpMessageHandler Receive(McpMessageHandler next) => (context, cancellationToken) =>
    {
        if (context.JsonRpcMessage is JsonRpcNotification { Method: NotificationMethods.InitializedNotification }
            && context.Server.SessionId is null)
        {
            Of(context.Server)?.StreamOpened();
        }

        return next(context, cancellationToken);
    };

    public ValueTask<EmptyResult> SubscribeAsync(
        RequestContext<SubscribeRequestParams> request, CancellationToken cancellationToken) =>
        Required(request.Server).SubscribeAsync(request, cancellationToken);

    public ValueTask<EmptyResult> UnsubscribeAsync(
        RequestContext<UnsubscribeRequestParams> request, CancellationToken cancellationToken) =>
        Required(request.Server).UnsubscribeAsync(request, cancellationToken);

    private SessionNotifications? Of(SdkServer server) => _sessions.GetValueOrDefault(server.SessionId ?? Stdio);

    private SessionNotifications Required(SdkServer server) =>
        Of(server) ?? throw new McpProtocolException("There is no session to tell of changes.", McpErrorCode.MethodNotFound);
}
