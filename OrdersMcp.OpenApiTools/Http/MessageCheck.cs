using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>
/// Refuses messages that the SDK accepts or fails on: a version that only the body states, parameters that do not fit the
/// method, and headers that differ from the tool arguments they repeat. The SDK checks the other rules of MCP 2026-07-28
/// for headers and metadata.
/// </summary>
internal sealed class MessageCheck(RequestDelegate next, IOptions<McpEndpointOptions> options)
{
    private readonly Func<string, Tool?>? _findTool = options.Value.FindTool;

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<JsonRpcMessage>() is not { } message)
        {
            return next(context);
        }

        if (message is JsonRpcNotification told)
        {
            CompleteHeaders(context.Request.Headers, told);
        }

        JsonRpcErrorDetail? problem;
        try
        {
            problem = Check(context.Request.Headers, message, _findTool);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // Parameters are parsed lazily, so these two exceptions show only when they are read.
            problem = JsonRpcErrors.Ambiguous();
        }

        return problem is null
            ? next(context)
            : JsonRpcErrors.WriteAsync(
                context, StatusOf(context.Request.Headers, message, problem), problem, message is JsonRpcRequest request ? request.Id : default);
    }

    /// <summary>
    /// Clients of the handshake era read a request's error from a 200 response; for other statuses, some show only the
    /// number. After a failed handshake there is no client yet that could read it.
    /// </summary>
    private static int StatusOf(IHeaderDictionary headers, JsonRpcMessage message, JsonRpcErrorDetail problem) =>
        message is JsonRpcRequest { Method: not RequestMethods.Initialize } && problem.Code == (int)McpErrorCode.InvalidParams
            && headers[McpHttpHeaders.ProtocolVersion] != ProtocolVersions.PerRequest
            ? StatusCodes.Status200OK
            : StatusCodes.Status400BadRequest;

    /// <summary>
    /// The TypeScript client 2.4.0 sends a notification without <c>Mcp-Method</c> when it closes a stream, and a
    /// notification has no answer that could report the missing header.
    /// </summary>
    private static void CompleteHeaders(IHeaderDictionary headers, JsonRpcNotification notification)
    {
        if (headers[McpHttpHeaders.ProtocolVersion] == ProtocolVersions.PerRequest && headers[McpHttpHeaders.Method].Count == 0)
        {
            headers[McpHttpHeaders.Method] = notification.Method;
        }
    }

    /// <summary>Returns the first rule that a message breaks, or null.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="message">The request's body.</param>
    /// <param name="findTool">Finds a tool by name, for the headers that its schema declares.</param>
    public static JsonRpcErrorDetail? Check(
        IHeaderDictionary headers, JsonRpcMessage message, Func<string, Tool?>? findTool)
    {
        if (message is not (JsonRpcRequest or JsonRpcNotification))
        {
            return null;
        }

        var parameters = (message as JsonRpcRequest)?.Params ?? (message as JsonRpcNotification)?.Params;
        if (CheckVersion(headers, parameters as JsonObject) is { } wrong)
        {
            return wrong;
        }

        var isPerRequest = headers[McpHttpHeaders.ProtocolVersion] == ProtocolVersions.PerRequest;
        if (isPerRequest && message is JsonRpcRequest { Method: var method } && ProtocolVersions.RemovedMethods.Contains(method))
        {
            return null;
        }

        if (ParameterRules.Problem(message) is { } problem)
        {
            return JsonRpcErrors.Detail(McpErrorCode.InvalidParams, problem);
        }

        return isPerRequest && message is JsonRpcRequest request
            ? CheckParameters(headers, request, findTool)
            : null;
    }

    /// <summary>The SDK compares the body only with a header of 2026-07-28, and ignores it with any other.</summary>
    private static JsonRpcErrorDetail? CheckVersion(IHeaderDictionary headers, JsonObject? parameters)
    {
        var header = headers[McpHttpHeaders.ProtocolVersion].ToString();
        if ((parameters?["_meta"] as JsonObject)?[MetaKeys.ProtocolVersion].AsText() is not { } version
            || header == ProtocolVersions.PerRequest)
        {
            return null;
        }

        if (ProtocolVersions.IsSupported(version))
        {
            return version == ProtocolVersions.PerRequest && (header.Length == 0 || ProtocolVersions.Handshake.Contains(header))
                ? JsonRpcErrors.Detail(
                    McpErrorCode.HeaderMismatch,
                    $"The {McpHttpHeaders.ProtocolVersion} header must be '{version}', as in the body, and is "
                    + $"{(header.Length == 0 ? "missing" : $"'{header}'")}.")
                : null;
        }

        var detail = JsonRpcErrors.Detail(
            McpErrorCode.UnsupportedProtocolVersion, $"Protocol version '{version}' is not supported.");
        detail.Data = JsonSerializer.SerializeToNode(
            // Only versions that work without a handshake, as in server/discover.
            new UnsupportedProtocolVersionErrorData { Supported = [ProtocolVersions.PerRequest], Requested = version },
            McpJsonUtilities.DefaultOptions);
        return detail;
    }

    /// <summary>The SDK checks these headers only for tools of its tool collection.</summary>
    private static JsonRpcErrorDetail? CheckParameters(
        IHeaderDictionary headers, JsonRpcRequest request, Func<string, Tool?>? findTool) =>
        request is { Method: RequestMethods.ToolsCall, Params: JsonObject parameters }
            && parameters["name"].AsText() is { } name && findTool?.Invoke(name) is { } tool
            && ParameterHeaders.Check(headers, tool, ArgumentsOf(parameters)) is { } problem
            ? JsonRpcErrors.Detail(McpErrorCode.HeaderMismatch, problem)
            : null;

    private static JsonObject? ArgumentsOf(JsonObject parameters) =>
        ArgumentText.TryParse(parameters["arguments"], out var read) ? read : parameters["arguments"] as JsonObject;
}
