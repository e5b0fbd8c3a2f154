using ModelContextProtocol;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>
/// Refuses all HTTP methods except POST, and GET and DELETE of a session. The SDK answers other methods only if it owns the
/// route, and a GET without a session with 400. Clients expect 405, which means that there is no stream (MCP 2025-11-25,
/// basic/transports, "Listening for messages from the server").
/// </summary>
internal sealed class MethodCheck(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsPost(request.Method)
            || (McpHttpHeaders.SessionIdOf(request) is not null
                && (HttpMethods.IsGet(request.Method) || HttpMethods.IsDelete(request.Method))))
        {
            return next(context);
        }

        context.Response.Headers.Allow = HttpMethods.Post;
        return JsonRpcErrors.WriteAsync(
            context, StatusCodes.Status405MethodNotAllowed, McpErrorCode.InvalidRequest,
            "This endpoint accepts POST. GET and DELETE need the Mcp-Session-Id of a session.");
    }
}
