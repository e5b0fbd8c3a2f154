using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>
/// Lets through the requests that <see cref="McpEndpointOptions.Admit"/> admits. The SDK's authorization filters only see
/// registered primitives, and the tools of a catalog are not registered.
/// </summary>
internal sealed class Admission(RequestDelegate next, IOptions<McpEndpointOptions> options)
{
    private readonly Func<HttpContext, JsonRpcMessage?, ValueTask<bool>>? _admit = options.Value.Admit;

    public async Task InvokeAsync(HttpContext context)
    {
        if (_admit is null || HttpMethods.IsDelete(context.Request.Method)
            || await _admit(context, context.Features.Get<JsonRpcMessage>()))
        {
            await next(context);
        }
    }
}
