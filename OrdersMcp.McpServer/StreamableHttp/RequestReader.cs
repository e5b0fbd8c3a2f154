using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.McpServer.StreamableHttp;

/// <summary>Reads the JSON-RPC message of a request body.</summary>
internal static class RequestReader
{
    private static readonly JsonTypeInfo<JsonRpcMessage> TypeInfo =
        (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    /// <summary>
    /// The message, or the reason why the body is none (JSON-RPC 2.0, section 5.1), and the array where it is a batch.
    /// </summary>
    /// <exception cref="BadHttpRequestException">The body is larger than the server takes (status 413).</exception>
    public static async ValueTask<(JsonRpcMessage? Message, JsonRpcErrorDetail? Error, JsonElement? Batch)> ReadAsync(
        PipeReader body, CancellationToken cancellationToken)
    {
        // The pipe holds the body in pooled memory; its size is bounded by the server's request limit.
        ReadResult result;
        while (true)
        {
            result = await body.ReadAsync(cancellationToken);
            if (result.IsCompleted)
            {
                break;
            }

            body.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        try
        {
            return Parse(result.Buffer);
        }
        finally
        {
            body.AdvanceTo(result.Buffer.End);
        }
    }

    private static (JsonRpcMessage? Message, JsonRpcErrorDetail? Error, JsonElement? Batch) Parse(ReadOnlySequence<byte> json)
    {
        // The reader takes text on trust that is only read later.
        if (!(json.IsSingleSegment ? Utf8.IsValid(json.FirstSpan) : Utf8.IsValid(json.ToArray())))
        {
            return NotJson();
        }

        try
        {
            var reader = new Utf8JsonReader(json);
            if (JsonSerializer.Deserialize(ref reader, TypeInfo) is { } message && !reader.Read())
            {
                return (message, null, null);
            }

            return Invalid();
        }
        catch (JsonException)
        {
            return ParseOther(json);
        }
    }

    private static (JsonRpcMessage?, JsonRpcErrorDetail, JsonElement?) NotJson() => (null, JsonRpcErrors.Detail(
        McpErrorCode.ParseError, "The body is not valid JSON (UTF-8, at most 64 levels deep). Send one JSON-RPC 2.0 message."), null);

    private static (JsonRpcMessage?, JsonRpcErrorDetail, JsonElement?) Invalid(JsonElement? batch = null) => (null, JsonRpcErrors.Detail(
        McpErrorCode.InvalidRequest,
        "The body is JSON but not one JSON-RPC 2.0 message: an object with \"jsonrpc\": \"2.0\" and \"method\", and for a request an \"id\" that is a string or a number."), batch);

    private static (JsonRpcMessage?, JsonRpcErrorDetail, JsonElement?) ParseOther(ReadOnlySequence<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Invalid(document.RootElement.ValueKind == JsonValueKind.Array ? document.RootElement.Clone() : null);
        }
        catch (JsonException)
        {
            return NotJson();
        }
    }
}
