using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>Writes errors for requests that are refused before they reach the MCP server.</summary>
internal static class JsonRpcErrors
{
    private static readonly JsonTypeInfo<JsonRpcError> TypeInfo =
        (JsonTypeInfo<JsonRpcError>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcError));

    /// <summary>The request was refused: one of the codes that JSON-RPC reserves for servers (section 5.1).</summary>
    public const McpErrorCode Refused = (McpErrorCode)(-32000);

    public static JsonRpcErrorDetail Detail(McpErrorCode code, string message) =>
        new() { Code = (int)code, Message = message };

    /// <summary>For parameters that two parsers may read differently. The problem shows when they are first read.</summary>
    public static JsonRpcErrorDetail Ambiguous() => Detail(
        McpErrorCode.InvalidRequest, "The message has a property twice, or an escape that is half a character (a lone surrogate).");

    /// <summary>Writes a JSON-RPC error. <paramref name="id"/> is the request's id if it could be read.</summary>
    public static Task WriteAsync(HttpContext context, int statusCode, JsonRpcErrorDetail detail, RequestId id = default) =>
        Results.Json(new JsonRpcError { Id = id, Error = detail }, TypeInfo, statusCode: statusCode).ExecuteAsync(context);

    public static Task WriteAsync(HttpContext context, int statusCode, McpErrorCode code, string message, RequestId id = default) =>
        WriteAsync(context, statusCode, Detail(code, message), id);
}
