using System.Diagnostics;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Protocol;

namespace OrdersMcp.McpServer.Telemetry;

/// <summary>What telemetry knows of a request or notification while it is served.</summary>
/// <param name="method">Its method, as the client spelled it.</param>
/// <param name="activity">The SDK's span of it, or null where it is not recorded.</param>
/// <param name="client">The program that sent it, normalized.</param>
/// <param name="started">The timestamp of its arrival.</param>
internal sealed class ObservedRequest(string method, Activity? activity, string client, long started)
{
    private const string Property = "ordersmcp.request";

    /// <summary>The method, if it is one of the protocol.</summary>
    public string Method { get; } = McpAttributes.Methods.Contains(method) ? method : McpAttributes.Other;

    public Activity? Activity => activity;

    public string Client => client;

    /// <summary>Who calls: a name, an id, or <c>anonymous</c>.</summary>
    public required string Caller { get; init; }

    public required string? ProtocolVersion { get; init; }

    public required bool IsHttp { get; init; }

    /// <summary>The resource that it is about, without people's names; null where it is about none.</summary>
    public string? Resource { get; init; }

    public long Started => started;

    /// <summary>The call, where the method is <c>tools/call</c>.</summary>
    public ObservedCall? Call { get; set; }

    /// <summary>Why it failed, or null.</summary>
    public string? ErrorType { get; set; }

    /// <summary>The code of the JSON-RPC error that is answered, or null.</summary>
    public string? StatusCode { get; set; }

    public bool IsToolCall => Method == RequestMethods.ToolsCall;

    /// <summary>The request whose span this is.</summary>
    public static ObservedRequest? Of(Activity? activity) => activity?.GetCustomProperty(Property) as ObservedRequest;

    /// <summary>Keeps it with its span, for the end of that.</summary>
    public void AddToSpan() => activity?.SetCustomProperty(Property, this);
}
