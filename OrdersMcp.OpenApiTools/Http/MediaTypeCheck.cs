using ModelContextProtocol;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>
/// Refuses bodies whose type is not JSON, which the SDK would read. A request without Accept accepts anything (RFC 9110,
/// section 12.5.1), but the SDK refuses it, so this adds the header. The SDK checks an Accept header that is present.
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
