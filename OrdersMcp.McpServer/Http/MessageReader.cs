using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.McpServer.Http;

/// <summary>
/// Reads the JSON-RPC message of a POST for the checks that follow, and leaves the body unread for the package. A body
/// that is none is refused with the code of JSON-RPC 2.0 (section 5.1), and one over the limits with the status of HTTP:
/// the package has one code for all, takes bytes that are no UTF-8, and lets the limits' exceptions pass.
/// </summary>
internal sealed class MessageReader(RequestDelegate next)
{
    private static readonly JsonTypeInfo<JsonRpcMessage> TypeInfo =
        (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.ProtocolOptions.GetTypeInfo(typeof(JsonRpcMessage));

    public Task InvokeAsync(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) ? ReadAsync(context) : next(context);

    private async Task ReadAsync(HttpContext context)
    {
        JsonRpcErrorDetail error;
        try
        {
            (var message, error) = await ReadAsync(context.Request.BodyReader, context.RequestAborted);
            if (message is not null)
            {
                context.Features.Set(message);
            }
        }
        catch (BadHttpRequestException exception)
        {
            // 413 for a body over the limit, 408 for one that came too slowly, 400 for one that broke off.
            await JsonRpcErrors.WriteAsync(
                context, exception.StatusCode, McpErrorCode.InvalidRequest, exception.Message);
            return;
        }

        await (context.Features.Get<JsonRpcMessage>() is not null
            ? next(context)
            : JsonRpcErrors.WriteAsync(context, StatusCodes.Status400BadRequest, error));
    }

    /// <summary>The message, or the reason why the body is none.</summary>
    /// <exception cref="BadHttpRequestException">The body is larger than the server takes (status 413).</exception>
    private static async ValueTask<(JsonRpcMessage? Message, JsonRpcErrorDetail Error)> ReadAsync(
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
            body.AdvanceTo(result.Buffer.Start); // whoever reads next begins here
        }
    }

    private static (JsonRpcMessage? Message, JsonRpcErrorDetail Error) Parse(ReadOnlySequence<byte> json)
    {
        // The reader takes text on trust that is only read later.
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
    }

    private static JsonRpcErrorDetail ErrorOf(ReadOnlySequence<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? JsonRpcErrors.Detail(
                    McpErrorCode.InvalidRequest,
                    "This server takes no batches. Send each message in a request of its own.")
                : NoMessage();
        }
        catch (JsonException)
        {
            return NotJson();
        }
    }

    private static JsonRpcErrorDetail NotJson() => JsonRpcErrors.Detail(
        McpErrorCode.ParseError,
        "The body is not valid JSON (UTF-8, at most 64 levels deep). Send one JSON-RPC 2.0 message.");

    private static JsonRpcErrorDetail NoMessage() => JsonRpcErrors.Detail(
        McpErrorCode.InvalidRequest,
        "The body is JSON but not one JSON-RPC 2.0 message: an object with \"jsonrpc\": \"2.0\" and \"method\", "
        + "and for a request an \"id\" that is a string or a number.");
}
