using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Protocol;

namespace OrdersMcp.McpServer.Http;

/// <summary>
/// Refuses messages that the package takes, or fails on with 500: a version that only the body states,
/// names that are no text, parameters of <c>initialize</c> that are none, and headers that should repeat arguments of a
/// catalog's tool. The other rules of MCP 2026-07-28 for headers and metadata are checked by the package.
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

        JsonRpcErrorDetail? problem;
        try
        {
            problem = Check(context.Request.Headers, message, _findTool);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // The parameters are parsed when they are read; only then do these two show.
            problem = JsonRpcErrors.Ambiguous();
        }

        return problem is null
            ? next(context)
            : JsonRpcErrors.WriteAsync(
                context, StatusCodes.Status400BadRequest, problem, message is JsonRpcRequest request ? request.Id : default);
    }

    /// <summary>The first rule that a message breaks, or null.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="message">The request's body.</param>
    /// <param name="findTool">The tool of a name, for the headers that its schema asks for.</param>
    public static JsonRpcErrorDetail? Check(
        IHeaderDictionary headers, JsonRpcMessage message, Func<string, Tool?>? findTool)
    {
        if (message is JsonRpcNotification notification)
        {
            return CheckVersion(headers, notification.Params as JsonObject);
        }

        if (message is not JsonRpcRequest request)
        {
            return null;
        }

        if (CheckVersion(headers, request.Params as JsonObject) is { } wrong)
        {
            return wrong;
        }

        if (headers[McpHttpHeaders.ProtocolVersion] == ProtocolVersions.PerRequest)
        {
            return CheckName(request) ?? CheckParameters(headers, request, findTool);
        }

        return request.Method == RequestMethods.Initialize ? CheckInitialize(request.Params) : null;
    }

    /// <summary>The package compares the body with a header of 2026-07-28; with another it does not look at the body.</summary>
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
            // Only what a request without a handshake can use: it is what server/discover offers.
            new UnsupportedProtocolVersionErrorData { Supported = [ProtocolVersions.PerRequest], Requested = version },
            McpJsonUtilities.DefaultOptions);
        return detail;
    }

    /// <summary>The package reads them before it has a place for their errors.</summary>
    private static JsonRpcErrorDetail? CheckInitialize(JsonNode? parameters)
    {
        try
        {
            if (parameters.Deserialize<InitializeRequestParams>(McpJsonUtilities.ProtocolOptions) is not null)
            {
                return null;
            }
        }
        catch (JsonException)
        {
            // Said below: what is wrong with one of them is in no words of a protocol.
        }

        return JsonRpcErrors.Detail(
            McpErrorCode.InvalidParams,
            "The parameters of initialize are not valid: protocolVersion, capabilities and clientInfo are required.");
    }

    /// <summary>What the package compares with the header Mcp-Name it takes for a text.</summary>
    private static JsonRpcErrorDetail? CheckName(JsonRpcRequest request)
    {
        var name = request.Method switch
        {
            RequestMethods.ToolsCall or RequestMethods.PromptsGet => "name",
            RequestMethods.ResourcesRead => "uri",
            "tasks/get" or "tasks/update" or "tasks/cancel" => "taskId", // SEP-2663, "Routing headers"
            _ => null,
        };
        return name is not null && (request.Params as JsonObject)?[name] is { } value && value.AsText() is null
            ? JsonRpcErrors.Detail(McpErrorCode.InvalidParams, $"params.{name} must be a text.")
            : null;
    }

    /// <summary>The package checks them for tools of its tool collection alone.</summary>
    private static JsonRpcErrorDetail? CheckParameters(
        IHeaderDictionary headers, JsonRpcRequest request, Func<string, Tool?>? findTool) =>
        request is { Method: RequestMethods.ToolsCall, Params: JsonObject parameters }
            && parameters["name"].AsText() is { } name && findTool?.Invoke(name) is { } tool
            && ParameterHeaders.Check(headers, tool, parameters["arguments"] as JsonObject) is { } problem
            ? JsonRpcErrors.Detail(McpErrorCode.HeaderMismatch, problem)
            : null;
}
