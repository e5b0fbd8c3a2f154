using System.Diagnostics;
using OpenTelemetry;
using OrdersMcp.McpServer.Operations;
using OrdersMcp.McpServer.Protocol;

namespace OrdersMcp.McpServer.Telemetry;

/// <summary>
/// Brings the SDK's spans to the semantic conventions for MCP, and takes off them what must not leave the process: the
/// text of an error, which the SDK makes the status description and which holds people's data; the session id, which
/// lets in whoever has it beside its caller's credential; and names that a client made up.
/// </summary>
internal sealed class McpSpanProcessor : BaseProcessor<Activity>
{
    private const int LongestRequestId = 64;
    private const int LongestUri = 200;

    /// <summary>W3C Trace Context, section 3.3.1.5: what everybody passes on. A body could carry a megabyte.</summary>
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
        // The SDK knows it of a header or a handshake; a message over stdio has neither from 2026-07-28 on.
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
            // The SDK has the name that the client sent: perhaps no tool's, perhaps that of the tool that calls another.
            data.SetTag(McpAttributes.Tool, call.ToolName);
            data.DisplayName = RequestName.Of(request.Method, call.ToolName);
        }

        if (request.ErrorType is not null && data.GetTagItem(McpAttributes.Prompt) is not null)
        {
            data.SetTag(McpAttributes.Prompt, McpAttributes.Other); // perhaps no prompt's name
            data.DisplayName = request.Method;
        }
    }

    /// <summary>
    /// Of a message that nobody looked at: the SDK refused it, and every name in it is the client's own; or it is one of
    /// this server's, whose methods are all known.
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
