using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>
/// Decides whether a request belongs to a session. If it names one, the session must exist on this replica and belong to
/// this caller; otherwise the answer is 404, and the client starts a new session (MCP 2025-11-25, basic/transports,
/// "Session management"). An <c>initialize</c> opens one. All other requests are answered without a session.
/// </summary>
internal sealed class SessionGate(
    RequestDelegate next, Sessions sessions, IOptions<McpEndpointOptions> options, TimeProvider time)
{
    /// <summary>The code that SDKs use; the protocol defines none.</summary>
    private const int SessionNotFound = -32001;

    private const int TooManySessions = -32000;

    public Task InvokeAsync(HttpContext context)
    {
        if (McpHttpHeaders.SessionIdOf(context.Request) is { } id)
        {
            return ContinueAsync(context, id);
        }

        return sessions.AreEnabled && OpensSession(context) ? OpenAsync(context) : next(context);
    }

    private static bool OpensSession(HttpContext context) =>
        context.Features.Get<JsonRpcMessage>() is JsonRpcRequest { Method: RequestMethods.Initialize }
        && context.Request.Headers[McpHttpHeaders.ProtocolVersion].ToString() is var version
        && (version.Length == 0 || ProtocolVersions.Handshake.Contains(version));

    private async Task OpenAsync(HttpContext context)
    {
        await using var use = await sessions.OpenAsync(context);
        if (use is not null)
        {
            context.Features.Set(use);
            await next(context);
            return;
        }

        options.Value.SessionRefused?.Invoke(context);
        context.Response.Headers.RetryAfter = "10";
        await JsonRpcErrors.WriteAsync(
            context, StatusCodes.Status429TooManyRequests, (McpErrorCode)TooManySessions,
            "Too many sessions are in use (Mcp:Sessions). End one with DELETE, or try again later.",
            IdOf(context));
    }

    private async Task ContinueAsync(HttpContext context, string id)
    {
        await using var use = sessions.Enter(id, context.User);
        if (use is null)
        {
            await JsonRpcErrors.WriteAsync(
                context, StatusCodes.Status404NotFound, (McpErrorCode)SessionNotFound,
                "This caller has no session with this Mcp-Session-Id. Start a new one: send initialize without the header.",
                IdOf(context));
            return;
        }

        context.Features.Set(use);
        await (HttpMethods.IsGet(context.Request.Method) ? StreamAsync(context, use.Session) : next(context));
    }

    /// <summary>
    /// A stream lasts as long as any credential of its session's requests. When all have expired, the session ends. A
    /// client with a new credential then starts a new session, and learns what changed.
    /// </summary>
    private async Task StreamAsync(HttpContext context, Session session)
    {
        var aborted = context.RequestAborted;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        context.RequestAborted = ending.Token;
        var streaming = next(context);
        while (!streaming.IsCompleted)
        {
            var left = session.StreamsUntil - time.GetUtcNow() ?? Timeout.InfiniteTimeSpan;
            if (left <= TimeSpan.Zero && left != Timeout.InfiniteTimeSpan)
            {
                sessions.Close(session);
                await ending.CancelAsync();
                break;
            }

            using var waiting = new CancellationTokenSource();
            await Task.WhenAny(streaming, Task.Delay(left, time, waiting.Token));
            await waiting.CancelAsync();
        }

        await streaming;
        context.RequestAborted = aborted;
    }

    private static RequestId IdOf(HttpContext context) =>
        context.Features.Get<JsonRpcMessage>() is JsonRpcRequest request ? request.Id : default;
}
