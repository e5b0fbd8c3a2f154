using System.Buffers;
using System.IO.Pipelines;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>
/// Reads the JSON-RPC message of a POST for the later checks, and leaves the body unread for the SDK. An invalid body gets
/// the error code of JSON-RPC 2.0 (section 5.1), and one over a limit gets the HTTP status. The SDK uses one code for all
/// errors, accepts bytes that are not UTF-8, and does not catch the exceptions of the limits.
/// </summary>
internal sealed class MessageReader(RequestDelegate next)
{
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
            // 413 for a body over the limit, 408 for one that is too slow, 400 for an incomplete one.
            await JsonRpcErrors.WriteAsync(
                context, exception.StatusCode, McpErrorCode.InvalidRequest, exception.Message);
            return;
        }

        await (context.Features.Get<JsonRpcMessage>() is not null
            ? next(context)
            : JsonRpcErrors.WriteAsync(context, StatusCodes.Status400BadRequest, error));
    }

    /// <summary>Returns the message, or the reason why the body is not valid.</summary>
    /// <exception cref="BadHttpRequestException">The body is larger than the server's limit (status 413).</exception>
    private static async ValueTask<(JsonRpcMessage? Message, JsonRpcErrorDetail Error)> ReadAsync(
        PipeReader body, CancellationToken cancellationToken)
    {
        // The pipe holds the body in pooled memory. The server's request limit bounds its size.
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

        var json = WithoutByteOrderMark(result.Buffer);
        try
        {
            return MessageText.Parse(json);
        }
        finally
        {
            body.AdvanceTo(json.Start); // the next reader starts here
        }
    }

    private static ReadOnlySequence<byte> WithoutByteOrderMark(ReadOnlySequence<byte> body)
    {
        var mark = MessageText.ByteOrderMark;
        Span<byte> start = stackalloc byte[mark.Length];
        if (body.Length < mark.Length)
        {
            return body;
        }

        body.Slice(0, mark.Length).CopyTo(start);
        return start.SequenceEqual(mark) ? body.Slice(mark.Length) : body;
    }
}
