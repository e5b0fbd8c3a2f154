using Microsoft.Extensions.Options;
using ModelContextProtocol;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>Refuses requests from web pages that may not call. The SDK leaves the Origin check to the application.</summary>
internal sealed class OriginCheck(RequestDelegate next, IOptions<McpEndpointOptions> options)
{
    private readonly string[] _allowed = options.Value.AllowedOrigins;

    public Task InvokeAsync(HttpContext context) => OriginRule.Allows(context.Request, _allowed)
        ? next(context)
        : JsonRpcErrors.WriteAsync(
            context, StatusCodes.Status403Forbidden, McpErrorCode.InvalidRequest,
            "Web pages of this origin may not call this server. The setting Mcp:AllowedOrigins lists the allowed origins.");
}
