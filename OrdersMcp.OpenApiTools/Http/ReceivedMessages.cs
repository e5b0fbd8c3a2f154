using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>
/// Ties each message to its HTTP request and its caller. The SDK does not pass the request on, so this is the only class
/// that reads the ambient one.
/// </summary>
internal sealed class ReceivedMessages(IHttpContextAccessor http, IOptions<OpenApiToolsOptions> options)
{
    private readonly string[] _passedOn =
        [.. options.Value.Apis.SelectMany(api => api.ForwardHeaders).Distinct(StringComparer.OrdinalIgnoreCase)];

    public McpMessageHandler Receive(McpMessageHandler next) => (context, cancellationToken) =>
    {
        if (http.HttpContext is { } request)
        {
            context.JsonRpcMessage.ComesWith(request);
            Caller.Of(request, _passedOn).Attach(context.JsonRpcMessage);
            context.JsonRpcMessage.Context!.User ??= request.User; // the SDK leaves out callers who are not authenticated
        }

        return next(context, cancellationToken);
    };
}
