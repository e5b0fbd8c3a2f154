using System.Diagnostics;
using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.OpenApiTools.Protocol;

/// <summary>
/// What is known of the HTTP request that carried a message. It is a copy: a notification or a response is answered with 202
/// before it is handled, and by then the server may use the request's context for another.
/// </summary>
/// <param name="User">The caller, after authentication.</param>
/// <param name="UserAgent">The header of this name.</param>
/// <param name="Protocol">The protocol, such as <c>HTTP/1.1</c>.</param>
/// <param name="RemoteAddress">The address of the client.</param>
/// <param name="RemotePort">The port of the client.</param>
/// <param name="Span">The span of the request.</param>
/// <param name="Aborted">Cancelled if the client disconnects.</param>
internal sealed record MessageSource(
    ClaimsPrincipal User, string UserAgent, string Protocol, IPAddress? RemoteAddress, int RemotePort, Activity? Span, CancellationToken Aborted)
{
    private const string Item = "ordersmcp.source";

    public static MessageSource Of(HttpContext request) => new(
        request.User,
        request.Request.Headers.UserAgent.ToString(),
        request.Request.Protocol,
        request.Connection.RemoteIpAddress,
        request.Connection.RemotePort,
        request.Features.Get<IHttpActivityFeature>()?.Activity,
        request.RequestAborted);

    /// <summary>The source of a message; null over stdio.</summary>
    public static MessageSource? Of(JsonRpcMessage message) =>
        message.Context?.Items?.TryGetValue(Item, out var item) is true ? item as MessageSource : null;

    /// <summary>Stores this in its message.</summary>
    public void Attach(JsonRpcMessage message)
    {
        message.Context ??= new JsonRpcMessageContext();
        message.Context.Items ??= new Dictionary<string, object?>(StringComparer.Ordinal);
        message.Context.Items[Item] = this;
    }
}
