using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.McpServer.StreamableHttp;

/// <summary>
/// The rules of MCP 2026-07-28 for headers (basic/transports, "Standard headers"): they must be there and say what the
/// body says, so that a proxy may route by them. Earlier revisions send the version at most.
/// </summary>
internal static class HeaderRules
{
    /// <summary>The first rule that a request breaks, or null. The answer to a broken rule is 400 with this error.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="message">The request's body.</param>
    /// <param name="findTool">The tool of a name, for the headers that its schema asks for.</param>
    public static JsonRpcErrorDetail? Check(IHeaderDictionary headers, JsonRpcMessage message, Func<string, Tool?> findTool)
    {
        if (message is not (JsonRpcRequest or JsonRpcNotification))
        {
            return null;
        }

        var (method, parameters) = message switch
        {
            JsonRpcRequest request => (request.Method, request.Params as JsonObject),
            JsonRpcNotification notification => (notification.Method, notification.Params as JsonObject),
            _ => (null, null),
        };
        var version = headers[McpHttpHeaders.ProtocolVersion].ToString();
        return CheckVersion(version, message, parameters)
            ?? (version == ProtocolVersions.PerRequest
                ? CheckMetadata(message, parameters) ?? CheckMethod(headers, method!) ?? CheckName(headers, method!, parameters)
                    ?? CheckParameters(headers, method!, parameters, findTool)
                : null);
    }

    private static JsonRpcErrorDetail? CheckVersion(string version, JsonRpcMessage message, JsonObject? parameters)
    {
        if (version.Length > 0 && !ProtocolVersions.IsSupported(version))
        {
            return Unsupported(version);
        }

        if (message is JsonRpcRequest { Method: RequestMethods.Initialize }
            && Text(parameters, "protocolVersion") is { } asked && version.Length > 0 && asked != version)
        {
            return Mismatch($"The {McpHttpHeaders.ProtocolVersion} header is '{version}' but params.protocolVersion is '{asked}'.");
        }

        var inBody = Text(parameters?["_meta"] as JsonObject, MetaKeys.ProtocolVersion);
        if (version != ProtocolVersions.PerRequest && inBody != ProtocolVersions.PerRequest)
        {
            return inBody is null || ProtocolVersions.IsSupported(inBody) ? null : Unsupported(inBody);
        }

        if (version.Length == 0)
        {
            return Mismatch($"The {McpHttpHeaders.ProtocolVersion} header is missing. Send '{inBody}', as in the body.");
        }

        // A notification has no answer to carry an error: it is only held to the version when it states one.
        return (inBody, message) switch
        {
            (null, JsonRpcNotification) => null,
            (null, _) => JsonRpcErrors.Detail(McpErrorCode.InvalidParams,
                $"Requests of protocol version {version} must state it in params._meta[\"{MetaKeys.ProtocolVersion}\"]."),
            _ when inBody != version => Mismatch(
                $"The {McpHttpHeaders.ProtocolVersion} header is '{version}' but the body says '{inBody}'."),
            _ => null,
        };
    }

    private static JsonRpcErrorDetail? CheckMetadata(JsonRpcMessage message, JsonObject? parameters) =>
        message is JsonRpcRequest && (parameters?["_meta"] as JsonObject)?[MetaKeys.ClientCapabilities] is not JsonObject
            ? JsonRpcErrors.Detail(McpErrorCode.InvalidParams,
                $"Requests of protocol version {ProtocolVersions.PerRequest} must carry params._meta[\"{MetaKeys.ClientCapabilities}\"], an object (empty for none).")
            : null;

    private static JsonRpcErrorDetail? CheckMethod(IHeaderDictionary headers, string method) =>
        headers[McpHttpHeaders.Method].ToString().Trim() is var header && header == method
            ? null
            : Mismatch($"The {McpHttpHeaders.Method} header must be the method of the body, '{method}', and is {Shown(header)}.");

    private static JsonRpcErrorDetail? CheckName(IHeaderDictionary headers, string method, JsonObject? parameters)
    {
        var parameter = method switch
        {
            RequestMethods.ToolsCall or RequestMethods.PromptsGet => "name",
            RequestMethods.ResourcesRead => "uri",
            "tasks/get" or "tasks/update" or "tasks/cancel" => "taskId", // SEP-2663, "Routing headers"
            _ => null,
        };
        if (parameter is null)
        {
            return null;
        }

        var header = headers[McpHttpHeaders.Name].ToString().Trim();
        return McpHeaderEncoder.DecodeValue(header) is { Length: > 0 } decoded && decoded == Text(parameters, parameter)
            ? null
            : Mismatch($"The {McpHttpHeaders.Name} header must be params.{parameter} of the body, and is {Shown(header)}.");
    }

    private static JsonRpcErrorDetail? CheckParameters(
        IHeaderDictionary headers, string method, JsonObject? parameters, Func<string, Tool?> findTool) =>
        method == RequestMethods.ToolsCall && Text(parameters, "name") is { } name && findTool(name) is { } tool
            && ParameterHeaders.Check(headers, tool, parameters?["arguments"] as JsonObject) is { } problem
            ? Mismatch(problem)
            : null;

    private static JsonRpcErrorDetail Unsupported(string version)
    {
        var detail = JsonRpcErrors.Detail(McpErrorCode.UnsupportedProtocolVersion,
            $"Protocol version '{version}' is not supported.");
        detail.Data = JsonSerializer.SerializeToNode(
            // Only what a request without a handshake can use: it is what server/discover offers.
            new UnsupportedProtocolVersionErrorData { Supported = [ProtocolVersions.PerRequest], Requested = version },
            McpJsonUtilities.DefaultOptions);
        return detail;
    }

    private static JsonRpcErrorDetail Mismatch(string message) => JsonRpcErrors.Detail(McpErrorCode.HeaderMismatch, message);

    private static string Shown(string header) => header.Length == 0 ? "missing" : $"'{header}'";

    private static string? Text(JsonObject? json, string name) =>
        json?[name].AsText();
}
