using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.OpenApiTools.Protocol;
using OrdersMcp.OpenApiTools.Tools;
using OrdersMcp.OpenApiTools.Tools.Search;
using OrdersMcp.ServiceDefaults.Telemetry;

namespace OrdersMcp.OpenApiTools.Telemetry;

/// <summary>
/// Observes every request and notification of clients within the SDK's span: the caller, the outcome and the duration
/// (semantic conventions for MCP, server span and <c>mcp.server.operation.duration</c>).
/// </summary>
internal sealed class RequestObserver(
    CallRecorder calls, ToolMetrics metrics, ToolCatalog catalog, OwnTools own, TimeProvider time)
{
    public McpMessageHandler Observe(McpMessageHandler next) => (context, cancellationToken) => context.JsonRpcMessage switch
    {
        JsonRpcRequest request => ObserveAsync(request.Method, request.Params, context, next, cancellationToken),
        JsonRpcNotification notification => ObserveAsync(notification.Method, notification.Params, context, next, cancellationToken),
        _ => next(context, cancellationToken), // an answer to the server's request belongs to the span of that request
    };

    private async Task ObserveAsync(
        string method, JsonNode? parameters, MessageContext context, McpMessageHandler next, CancellationToken cancellationToken)
    {
        var request = Begin(method, parameters, context);
        try
        {
            await next(context, cancellationToken);
            if (request.Call is { IsRecorded: false } call)
            {
                call.Asked(); // neither a result nor an exception: the client must provide more input
            }
        }
        catch (Exception exception)
        {
            if (exception is OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                request.ErrorType = ToolOutcome.Cancelled.Text();
            }
            else
            {
                // The code in the SDK's answer: any other exception becomes an internal error.
                var code = (exception as McpProtocolException)?.ErrorCode ?? McpErrorCode.InternalError;
                request.StatusCode = ((int)code).ToString(CultureInfo.InvariantCulture);
            }

            request.Call?.Failed(exception, cancellationToken);
            request.ErrorType = request.StatusCode ?? request.ErrorType;
            throw;
        }
        finally
        {
            metrics.RequestEnded(request, time.GetElapsedTime(request.Started));
        }
    }

    private ObservedRequest Begin(string method, JsonNode? parameters, MessageContext context)
    {
        var source = MessageSource.Of(context.JsonRpcMessage);
        var activity = Activity.Current is { IsAllDataRequested: true } current && current.Source.Name == CallTrace.Source ? current : null;
        var (client, version) = ClientNames.Of(
            context.JsonRpcMessage.Context?.ClientInfo ?? context.Server.ClientInfo ?? Introduced(method, parameters), source?.UserAgent);
        var request = new ObservedRequest(method, activity, client, time.GetTimestamp())
        {
            Caller = (context.User ?? source?.User).CallerName(),
            ProtocolVersion = context.JsonRpcMessage.Context?.ProtocolVersion ?? context.Server.NegotiatedProtocolVersion ?? Version(parameters),
            IsHttp = source is not null,
            Resource = activity is not null && method.StartsWith("resources/", StringComparison.Ordinal)
                && (parameters as JsonObject)?["uri"].AsText() is { } uri ? ResourceOf(uri) : null,
        };
        request.AddToSpan();
        SpanOperation.Set(source?.Span, RequestName.Of(method, request.IsToolCall ? ToolOf(parameters) : null));
        if (request.IsToolCall && context.JsonRpcMessage is JsonRpcRequest)
        {
            request.Call = new ObservedCall(request, calls);
            context.JsonRpcMessage.Observe(request.Call);
        }

        if (activity is not null)
        {
            Describe(activity, request, version, source);
            BaggagePropagation.Add(activity, parameters);
        }

        return request;
    }

    /// <summary>The tool that a call names, if it exists.</summary>
    private string? ToolOf(JsonNode? parameters) =>
        (parameters as JsonObject)?["name"].AsText() is { } name ? catalog.Find(name)?.Name ?? (own.Has(name) ? name : null) : null;

    /// <summary>
    /// The URI of a catalog resource if its variables are ids; otherwise the values may be names or e-mail addresses, and
    /// this returns the template. Returns null for any other text.
    /// </summary>
    private string? ResourceOf(string uri)
    {
        var capabilities = catalog.Capabilities;
        if (capabilities.ResourcesByUri.ContainsKey(uri))
        {
            return uri;
        }

        foreach (var resource in capabilities.OperationResources)
        {
            if (resource.Uri.Match(uri) is { } values)
            {
                return Array.TrueForAll(values, RedactedPath.IsId) ? uri : resource.Uri.Text;
            }
        }

        return null;
    }

    /// <summary>The client info in the handshake, before the server stores it.</summary>
    private static Implementation? Introduced(string method, JsonNode? parameters) =>
        method == RequestMethods.Initialize && (parameters as JsonObject)?["clientInfo"] is JsonObject info
            && info["name"].AsText() is { } name
            ? new Implementation { Name = name, Version = info["version"].AsText() ?? "" }
            : null;

    /// <summary>The version in the message itself, from 2026-07-28 on: stdio has neither a header nor a handshake.</summary>
    private static string? Version(JsonNode? parameters) =>
        (parameters as JsonObject)?["_meta"] is JsonObject meta && meta[MetaKeys.ProtocolVersion].AsText() is { } version
            && ProtocolVersions.IsSupported(version)
            ? version
            : null;

    private static void Describe(Activity activity, ObservedRequest request, string? version, MessageSource? source)
    {
        activity.SetTag(McpAttributes.Client, request.Client);
        if (version is not null)
        {
            activity.SetTag(McpAttributes.ClientVersion, version);
        }

        if (request.Caller.Contains('@', StringComparison.Ordinal))
        {
            // An e-mail address is personal; its hash still tells callers apart.
            activity.SetTag(McpAttributes.UserHash, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.Caller)).AsSpan(0, 16)));
        }
        else
        {
            activity.SetTag(McpAttributes.EndUser, request.Caller);
        }

        if (source is null)
        {
            return;
        }

        // If the trace context came in _meta alone, the HTTP span belongs to another trace. The SDK links this span to it.
        // A reader who starts at the HTTP span needs the link in the other direction.
        if (source.Span is { IsAllDataRequested: true } http
            && http.TraceId != activity.TraceId && !http.Links.Any(link => link.Context == activity.Context))
        {
            http.AddLink(new ActivityLink(activity.Context));
        }

        var protocol = source.Protocol;
        activity.SetTag(McpAttributes.ProtocolNumber, protocol.StartsWith("HTTP/", StringComparison.Ordinal) ? protocol["HTTP/".Length..] : protocol);
        if (source.RemoteAddress is { } address)
        {
            activity.SetTag(McpAttributes.ClientAddress, address.ToString());
            activity.SetTag(McpAttributes.ClientPort, source.RemotePort);
        }
    }
}
