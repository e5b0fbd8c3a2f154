using System.Diagnostics;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Telemetry;

/// <summary>The telemetry of a request or notification while the server handles it.</summary>
/// <param name="method">The method, as spelled by the client.</param>
/// <param name="activity">The SDK's span, or null if it is not recorded.</param>
/// <param name="client">The normalized name of the client program.</param>
/// <param name="started">The timestamp of its arrival.</param>
internal sealed class ObservedRequest(string method, Activity? activity, string client, long started)
{
    private const string Property = "ordersmcp.request";

    /// <summary>The method, or <see cref="McpAttributes.Other"/> if the protocol does not define it.</summary>
    public string Method { get; } = McpAttributes.Methods.Contains(method) ? method : McpAttributes.Other;

    public Activity? Activity => activity;

    public string Client => client;

    /// <summary>The caller: a name, an id, or <c>anonymous</c>.</summary>
    public required string Caller { get; init; }

    public required string? ProtocolVersion { get; init; }

    public required bool IsHttp { get; init; }

    /// <summary>The requested resource without personal names, or null.</summary>
    public string? Resource { get; init; }

    public long Started => started;

    /// <summary>The call, if the method is <c>tools/call</c>.</summary>
    public ObservedCall? Call { get; set; }

    /// <summary>The error type if the request failed, or null.</summary>
    public string? ErrorType { get; set; }

    /// <summary>The code of the JSON-RPC error in the answer, or null.</summary>
    public string? StatusCode { get; set; }

    public bool IsToolCall => Method == RequestMethods.ToolsCall;

    /// <summary>The request of a span.</summary>
    public static ObservedRequest? Of(Activity? activity) => activity?.GetCustomProperty(Property) as ObservedRequest;

    /// <summary>Stores the request in its span, for use when the span ends.</summary>
    public void AddToSpan() => activity?.SetCustomProperty(Property, this);
}
