using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.McpServer.Operations;
using OrdersMcp.McpServer.Operations.Results;

namespace OrdersMcp.McpServer.Tools;

/// <summary>
/// Watches one call of a tool: what it calls, and how it ends. Whoever observes requests puts one into each call before
/// the call is served.
/// </summary>
internal interface ICallObservation
{
    /// <summary>The tool, once it is found.</summary>
    OperationTool? Tool { set; }

    /// <summary>The name, where it is a tool of the server itself.</summary>
    string? OwnTool { set; }

    /// <summary>The arguments, as the client sent them.</summary>
    IDictionary<string, JsonElement>? Arguments { set; }

    /// <summary>The call names a tool that is not there.</summary>
    void NotFound();

    /// <summary>The call has its answer.</summary>
    CallToolResult Answered(OperationResult answer);

    /// <summary>The call ends with an exception.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="cancellationToken">The token of the call: whether it was the client who ended it.</param>
    void Failed(Exception exception, CancellationToken cancellationToken);
}

/// <summary>Where the observation of a call is kept.</summary>
internal static class CallObservations
{
    private const string Item = "ordersmcp.call";

    /// <summary>Keeps the observation where whoever serves the request finds it.</summary>
    public static void Observe(this JsonRpcMessage message, ICallObservation observation)
    {
        message.Context ??= new JsonRpcMessageContext();
        message.Context.Items ??= new Dictionary<string, object?>(StringComparer.Ordinal);
        message.Context.Items[Item] = observation;
    }

    /// <summary>The observation of the call that a request makes.</summary>
    public static ICallObservation Observation(this RequestContext<CallToolRequestParams> context)
    {
        var observation = context.JsonRpcRequest.Context?.Items?.TryGetValue(Item, out var item) is true && item is ICallObservation found
            ? found
            : throw new InvalidOperationException("The request was not observed: the server's message filter is missing.");
        observation.Arguments = context.Params.Arguments;
        return observation;
    }
}
