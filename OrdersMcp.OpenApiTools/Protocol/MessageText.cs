using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.OpenApiTools.Protocol;

/// <summary>Reads one JSON-RPC message, or returns an error with a code of JSON-RPC 2.0 (section 5.1).</summary>
internal static class MessageText
{
    private static readonly JsonTypeInfo<JsonRpcMessage> TypeInfo =
        (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.ProtocolOptions.GetTypeInfo(typeof(JsonRpcMessage));

    /// <summary>Allowed before JSON, without meaning (RFC 8259, section 8.1).</summary>
    public static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The message, or null with the reason.</summary>
    public static (JsonRpcMessage? Message, JsonRpcErrorDetail Error) Parse(ReadOnlySequence<byte> json)
    {
        // The parser does not validate text that is read later.
        if (!(json.IsSingleSegment ? Utf8.IsValid(json.FirstSpan) : Utf8.IsValid(json.ToArray())))
        {
            return (null, NotJson());
        }

        try
        {
            var reader = new Utf8JsonReader(json);
            return JsonSerializer.Deserialize(ref reader, TypeInfo) is { } message && !reader.Read()
                ? (message, null!)
                : (null, NoMessage());
        }
        catch (JsonException)
        {
            return (null, ErrorOf(json));
        }
        catch (InvalidOperationException)
        {
            // An id or a method with a lone surrogate: the parser finds it when it reads the text.
            return (null, NoMessage());
        }
    }

    private static JsonRpcErrorDetail ErrorOf(ReadOnlySequence<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? Detail(
                    McpErrorCode.InvalidRequest,
                    "This server accepts no batches. Send each message in a separate request.")
                : NoMessage();
        }
        catch (JsonException)
        {
            return NotJson();
        }
    }

    private static JsonRpcErrorDetail NotJson() => Detail(
        McpErrorCode.ParseError,
        "The body is not valid JSON (UTF-8, at most 64 levels deep). Send one JSON-RPC 2.0 message.");

    private static JsonRpcErrorDetail NoMessage() => Detail(
        McpErrorCode.InvalidRequest,
        "The body is JSON but not one JSON-RPC 2.0 message: an object with \"jsonrpc\": \"2.0\" and \"method\", "
        + "and for a request an \"id\" that is a string or a number.");

    private static JsonRpcErrorDetail Detail(McpErrorCode code, string message) => new() { Code = (int)code, Message = message };
}
