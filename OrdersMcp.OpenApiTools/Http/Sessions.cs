using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using ModelContextProtocol.AspNetCore;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>
/// The sessions of clients of the handshake era (docs/decisions/0014-sessions.md). Their number is limited in total and for
/// each caller, and only the caller who opened a session can use it. The SDK holds the sessions, and ends idle ones.
/// </summary>
internal sealed class Sessions(IOptions<McpEndpointOptions> options, IServiceProvider services, TimeProvider time)
{
    private readonly SessionOptions _limits = options.Value.Sessions;
    private readonly Lock _lock = new();
    private readonly HashSet<Session> _all = [];
    private readonly Dictionary<string, Session> _open = new(StringComparer.Ordinal);

    /// <summary>Whether sessions are allowed.</summary>
    public bool AreEnabled => _limits.Max > 0;

    /// <summary>The number of sessions.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _all.Count;
            }
        }
    }

#pragma warning disable MCPEXP002, MCP9006 // the session API is experimental, and only for earlier revisions
    /// <summary>Makes the SDK keep sessions, and report each new one.</summary>
    public void Configure(HttpServerTransportOptions transport, TimeProvider clock)
    {
        transport.SessionMode = HttpServerSessionMode.StatefulForInitializeClients;
        transport.IdleTimeout = _limits.IdleTimeout;
        transport.MaxIdleSessionCount = Math.Max(1, _limits.Max); // never reached: OpenAsync makes room first
        transport.TimeProvider = clock;
        transport.RunSessionHandler = RunAsync;
    }
#pragma warning restore MCPEXP002, MCP9006

    /// <summary>
    /// Reserves a place for a new session; null if there is none. The caller's session that has been idle for longest makes
    /// room. If it has none, and only the total is at its limit, any caller's longest idle session does.
    /// </summary>
    public async ValueTask<SessionUse?> OpenAsync(HttpContext context)
    {
        var caller = context.User;
        var session = new Session(caller, options.Value.CountedAs?.Invoke(context) ?? caller.CallerName()) { Active = 1 };
        Session? idle = null;
        lock (_lock)
        {
            var isFull = _all.Count >= _limits.Max;
            var own = _all.Where(other => other.CountedAs == session.CountedAs);
            if (isFull || own.Count() >= _limits.PerCaller)
            {
                idle = LongestIdle(own) ?? (isFull && own.Count() < _limits.PerCaller ? LongestIdle(_all) : null);
                if (idle is null)
                {
                    return null;
                }

                Close(idle);
                _all.Remove(idle);
            }

            _all.Add(session);
        }

        if (idle is not null)
        {
            await EndAsync(idle);
        }

        return new SessionUse(this, session);
    }

    /// <summary>Enters an open session for a request; null if this caller has no session with the id.</summary>
    public SessionUse? Enter(string id, ClaimsPrincipal caller)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(id, out var session) || session.Caller.CallerName() != caller.CallerName())
            {
                return null;
            }

            session.Active++;
            Extend(session, caller);
            return new SessionUse(this, session);
        }
    }

    /// <summary>Ends a session after its last active request.</summary>
    public void Close(Session session)
    {
        lock (_lock)
        {
            session.IsEnding = true;
            if (session.Id is { } id)
            {
                _open.Remove(id);
            }
        }
    }

    public async ValueTask LeaveAsync(Session session)
    {
        bool isOver;
        lock (_lock)
        {
            session.LastUsed = time.GetTimestamp();
            isOver = --session.Active == 0 && session.IsEnding;
            if (session.Id is null)
            {
                _all.Remove(session); // the request did not open a session
            }
        }

        if (isOver)
        {
            await EndAsync(session);
        }
    }

    /// <summary>Runs the server of a new session until the session ends.</summary>
    private async Task RunAsync(
        HttpContext context, ModelContextProtocol.Server.McpServer server, CancellationToken cancellationToken)
    {
        var session = context.Features.GetRequiredFeature<SessionUse>().Session;
        await using var scope = options.Value.SessionBegun?.Invoke(server);
        lock (_lock)
        {
            session.Id = server.SessionId!;
            session.Scope = scope;
            Extend(session, session.Caller);
            _open[session.Id] = session;
        }

        try
        {
            await server.RunAsync(cancellationToken);
        }
        finally
        {
            Close(session);
            lock (_lock)
            {
                _all.Remove(session);
            }
        }
    }

    private void Extend(Session session, ClaimsPrincipal caller)
    {
        var left = StreamTime.Of(caller, time);
        if (left != Timeout.InfiniteTimeSpan && time.GetUtcNow() + left is var until
            && !(session.StreamsUntil >= until))
        {
            session.StreamsUntil = until;
        }
    }

    private static Session? LongestIdle(IEnumerable<Session> sessions) =>
        sessions.Where(session => session is { Active: 0, Id: not null }).MinBy(session => session.LastUsed);

    /// <summary>The only way to end a session in the SDK is a client's DELETE request.</summary>
    private Task EndAsync(Session session)
    {
        var context = new DefaultHttpContext { RequestServices = services, User = session.Caller };
        context.Request.Method = HttpMethods.Delete;
        context.Request.Headers[McpHttpHeaders.SessionId] = session.Id;
        context.Features.Set(new SessionUse(this, session));
        return services.GetRequiredService<PackageEndpoint>().InvokeAsync(context);
    }
}
