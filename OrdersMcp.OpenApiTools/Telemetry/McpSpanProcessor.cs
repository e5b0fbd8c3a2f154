using System.Diagnostics;
using OpenTelemetry;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Telemetry;

/// <summary>
/// Adapts the SDK's spans to the semantic conventions for MCP, and removes data that must not leave the process: error
/// texts, which the SDK uses as status description and which can contain personal data; the session id, which grants access
/// together with the caller's credential; and names that a client invented.
/// </summary>
internal sealed class McpSpanProcessor : BaseProcessor<Activity>
{
    private const int LongestRequestId = 64;
    private const int LongestUri = 200;

    /// <summary>W3C Trace Context, section 3.3.1.5: the minimum length to propagate. A body could carry a megabyte.</summary>
    private const int LongestTraceState = 512;

    public override void OnStart(Activity data)
    {
        if (data.Source.Name != CallTrace.Source)
        {
            return;
        }

        if (data.TraceStateString?.Length > LongestTraceState)
        {
            data.TraceStateString = null;
        }
    }

    public override void OnEnd(Activity data)
    {
        if (data.Source.Name != CallTrace.Source)
        {
            SpanOperation.AddTo(data);
            return;
        }

        data.SetTag(McpAttributes.SessionId, null);
        if (data.GetTagItem(McpAttributes.RequestId) is string id)
        {
            data.SetTag(McpAttributes.RequestId, Truncate(id, LongestRequestId));
        }

        if (data.GetTagItem(McpAttributes.ResourceUri) is not null)
        {
            data.SetTag(McpAttributes.ResourceUri, Truncate(ObservedRequest.Of(data)?.Resource ?? McpAttributes.Other, LongestUri));
        }

        if (ObservedRequest.Of(data) is { } request)
        {
            Complete(data, request);
        }
        else
        {
            Anonymize(data);
        }

        if (data.StatusDescription is not null)
        {
            data.SetStatus(data.Status); // without the description
        }
    }

    private static void Complete(Activity data, ObservedRequest request)
    {
        // The SDK takes it from a header or a handshake. Messages over stdio have neither from 2026-07-28 on.
        if (request.ProtocolVersion is { } version && data.GetTagItem(McpAttributes.ProtocolVersion) is null)
        {
            data.SetTag(McpAttributes.ProtocolVersion, version);
        }

        if (request.ErrorType is { } error)
        {
            data.SetTag(McpAttributes.ErrorType, error);
            data.SetTag(McpAttributes.StatusCode, request.StatusCode);
            data.SetStatus(ActivityStatusCode.Error);
        }

        if (request.Method == McpAttributes.Other)
        {
            data.SetTag(McpAttributes.Method, McpAttributes.Other);
            data.DisplayName = McpAttributes.Other;
        }

        if (request.Call is { } call)
        {
            // The SDK uses the name from the client, which may be unknown, or that of the tool that calls another tool.
            data.SetTag(McpAttributes.Tool, call.ToolName);
            data.DisplayName = RequestName.Of(request.Method, call.ToolName);
        }

        if (request.ErrorType is not null && data.GetTagItem(McpAttributes.Prompt) is not null)
        {
            data.SetTag(McpAttributes.Prompt, McpAttributes.Other); // the name may not be that of a prompt
            data.DisplayName = request.Method;
        }
    }

    /// <summary>
    /// Cleans the span of a message that was not observed. Either the SDK refused it, and all its names come from the
    /// client, or this server sent it, and its method is known.
    /// </summary>
    private static void Anonymize(Activity data)
    {
        var method = data.GetTagItem(McpAttributes.Method) is string known && McpAttributes.Methods.Contains(known) ? known : McpAttributes.Other;
        data.DisplayName = method;
        data.SetTag(McpAttributes.Method, method);
        foreach (var name in new[] { McpAttributes.Tool, McpAttributes.Prompt })
        {
            if (data.GetTagItem(name) is not null)
            {
                data.SetTag(name, McpAttributes.Other);
            }
        }

        if (data.GetTagItem(McpAttributes.ProtocolVersion) is string version && !ProtocolVersions.IsSupported(version))
        {
            data.SetTag(McpAttributes.ProtocolVersion, McpAttributes.Other);
        }
    }

    private static string Truncate(string text, int length) => text.Length > length ? text[..length] : text;
}
