using ModelContextProtocol;

namespace OrdersMcp.McpServer.Http;

/// <summary>
/// Refuses HTTP methods that mean nothing here: all but POST, and GET and DELETE of a session. The package answers them
/// only where it owns the route, and a GET without a session with 400, where a client expects the 405 that says "no
/// stream here" (MCP 2025-11-25, basic/transports, "Listening for messages from the server").
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
            "This endpoint takes POST. GET and DELETE are for clients that have a session, and send its Mcp-Session-Id.");
    }
}
