using ModelContextProtocol;

namespace OrdersMcp.McpServer.Http;

/// <summary>
/// Refuses bodies that are no JSON by their type, which the package would read; and has a request without Accept taken for
/// one that takes anything (RFC 9110, section 12.5.1), which the package refuses. What a request does accept the package
/// checks.
/// </summary>
internal sealed class MediaTypeCheck(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.Headers.Accept.Count == 0)
        {
            request.Headers.Accept = "application/json, text/event-stream";
        }

        return !HttpMethods.IsPost(request.Method) || request.HasJsonContentType()
            ? next(context)
            : JsonRpcErrors.WriteAsync(
                context, StatusCodes.Status415UnsupportedMediaType, McpErrorCode.InvalidRequest,
                "The Content-Type header must be application/json.");
    }
}
