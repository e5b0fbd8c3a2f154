using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Operations.Results;

namespace OrdersMcp.OpenApiTools.Tools;

/// <summary>
/// Observes one tool call: the tool and the outcome. The observer of requests attaches one to each call before it is
/// handled.
/// </summary>
internal interface ICallObservation
{
    /// <summary>The tool, once it is found.</summary>
    OperationTool? Tool { set; }

    /// <summary>The name, if it is a tool of the server itself.</summary>
    string? OwnTool { set; }

    /// <summary>The arguments as sent by the client.</summary>
    IDictionary<string, JsonElement>? Arguments { set; }

    /// <summary>The call names a tool that does not exist.</summary>
    void NotFound();

    /// <summary>The call has an answer.</summary>
    CallToolResult Answered(OperationResult answer);

    /// <summary>The call ends with an exception.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="cancellationToken">The token of the call; it shows whether the client cancelled.</param>
    void Failed(Exception exception, CancellationToken cancellationToken);
}

/// <summary>Attaches observations to calls.</summary>
internal static class CallObservations
{
    private const string Item = "ordersmcp.call";

    /// <summary>Stores the observation in the message for the handler of the request.</summary>
    public static void Observe(this JsonRpcMessage message, ICallObservation observation)
    {
        message.Context ??= new JsonRpcMessageContext();
        message.Context.Items ??= new Dictionary<string, object?>(StringComparer.Ordinal);
        message.Context.Items[Item] = observation;
    }

    /// <summary>The observation of a call.</summary>
    public static ICallObservation Observation(this RequestContext<CallToolRequestParams> context)
    {
        var observation = context.JsonRpcRequest.Context?.Items?.TryGetValue(Item, out var item) is true && item is ICallObservation found
            ? found
            : throw new InvalidOperationException("The request was not observed: the server's message filter is missing.");
        observation.Arguments = context.Params.Arguments;
        return observation;
    }
}
