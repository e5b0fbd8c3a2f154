using System.Collections.Concurrent;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using SdkServer = ModelContextProtocol.Server.McpServer;

namespace OrdersMcp.OpenApiTools.Subscriptions;

/// <summary>The lasting connections of the handshake era, and the notifications of each.</summary>
internal sealed class SessionSubscriptions(SubscriptionHub hub, Watcher watcher, IHostApplicationLifetime lifetime)
{
    /// <summary>The single connection over stdio has no id.</summary>
    private const string Stdio = "";

    private readonly ConcurrentDictionary<string, SessionNotifications> _sessions = new(StringComparer.Ordinal);

    /// <summary>Whether the connection lasts, so that the server can send messages other than answers.</summary>
    public bool Lasts(SdkServer server) => Of(server) is not null;

    /// <summary>Begins a session. Disposing of the result ends it.</summary>
    public SessionNotifications Begin(SdkServer server)
    {
        var id = server.SessionId!;
        return _sessions[id] = new SessionNotifications(() => server, hub, watcher, lifetime)
        {
            OnEnded = () => _sessions.TryRemove(id, out _),
        };
    }

    /// <summary>Registers the single connection over stdio.</summary>
    public void BeginStdio(Func<SdkServer> server) =>
        _sessions[Stdio] = new SessionNotifications(server, hub, watcher, lifetime);

    /// <summary>Detects that a client is initialized. From then on a client over stdio can receive notifications.</summary>
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
        Of(server) ?? throw new McpProtocolException("There is no session that could receive changes.", McpErrorCode.MethodNotFound);
}
