using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>
/// Ties each message to its caller and to what is known of its HTTP request. The SDK passes neither on, but handles a message in
/// the execution context of the request that carried it.
/// </summary>
internal sealed class ReceivedMessages(IOptions<OpenApiToolsOptions> options)
{
    private readonly AsyncLocal<(Caller Caller, MessageSource Source)?> _current = new();

    private readonly string[] _passedOn =
        [.. options.Value.Apis.SelectMany(api => api.ForwardHeaders).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>The caller of the request that is handled; null if there is none.</summary>
    public Caller? Current => _current.Value?.Caller;

    /// <summary>Copies what is needed of a request, before the SDK sees it.</summary>
    public void Enter(HttpContext request) => _current.Value = (Caller.Of(request, _passedOn), MessageSource.Of(request));

    public McpMessageHandler Receive(McpMessageHandler next) => (context, cancellationToken) =>
    {
        if (_current.Value is var (caller, source))
        {
            source.Attach(context.JsonRpcMessage);
            caller.Attach(context.JsonRpcMessage);
            context.JsonRpcMessage.Context!.User ??= source.User; // the SDK leaves out callers who are not authenticated
        }

        return next(context, cancellationToken);
    };
}
