using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.McpServer.StreamableHttp;

/// <summary>
/// Answers a batch (JSON-RPC 2.0, section 6), which MCP has in its revision 2025-03-26 alone: an array of what each
/// request would be answered, in the order in which they are done. While one takes long, white space shows that the
/// answer is alive.
/// </summary>
internal sealed class BatchAnswer(
    Func<IHeaderDictionary, JsonRpcMessage, JsonRpcErrorDetail?> check,
    Func<HttpContext, JsonRpcMessage, ValueTask<bool>>? admit,
    Func<HttpContext, JsonRpcMessage, Stream, Func<JsonRpcMessage?, ValueTask>, Task<bool>> run,
    TimeProvider time)
{
    private const int MaxMessages = 50;
    private const int AtOnce = 4;
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(5);
    private static readonly JsonTypeInfo<JsonRpcMessage> MessageType =
        (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    public async Task AnswerAsync(HttpContext context, JsonElement batch)
    {
        var version = context.Request.Headers[McpHttpHeaders.ProtocolVersion].ToString();
        if (version.Length > 0 && version != ProtocolVersions.WithBatches)
        {
            await RefuseAsync(context, $"Protocol version {version} has no batches. Send each message in a request of its own.");
            return;
        }

        var count = batch.GetArrayLength();
        if (count is 0 or > MaxMessages)
        {
            await RefuseAsync(context, $"A batch has 1 to {MaxMessages} messages; this one has {count}.");
            return;
        }

        var messages = batch.EnumerateArray().Select(Parse).ToArray();
        foreach (var message in messages)
        {
            // One that may not go on refuses the whole, of which nothing has been done yet.
            if (admit is not null && message is not null && !await admit(context, message))
            {
                return;
            }
        }

        var answers = Channel.CreateBounded<ReadOnlyMemory<byte>>(count);
        _ = context.RequestServices; // made here, before several threads ask for it
        var running = RunAllAsync(context, messages, answers.Writer);
        try
        {
            if (Array.TrueForAll(messages, message => message is JsonRpcNotification or JsonRpcResponse))
            {
                await running;
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                return;
            }

            await WriteAsync(context, answers.Reader);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone. There is nobody left to answer.
        }
        finally
        {
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static Task RefuseAsync(HttpContext context, string message) =>
        JsonRpcErrors.WriteAsync(context, StatusCodes.Status400BadRequest, McpErrorCode.InvalidRequest, message);

    private static JsonRpcMessage? Parse(JsonElement element)
    {
        try
        {
            return element.Deserialize(MessageType);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task RunAllAsync(HttpContext context, JsonRpcMessage?[] messages, ChannelWriter<ReadOnlyMemory<byte>> answers)
    {
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = context.RequestAborted };
            await Parallel.ForEachAsync(messages, options, async (message, _) =>
            {
                if (await RunOneAsync(context, message) is { Length: > 0 } answer)
                {
                    answers.TryWrite(answer);
                }
            });
            answers.Complete();
        }
        catch (Exception exception)
        {
            answers.Complete(exception);
            throw;
        }
    }

    private async Task<ReadOnlyMemory<byte>> RunOneAsync(HttpContext context, JsonRpcMessage? message)
    {
        var id = (message as JsonRpcRequest)?.Id ?? default;
        var problem = message switch
        {
            null => JsonRpcErrors.Detail(McpErrorCode.InvalidRequest, "This entry of the batch is no JSON-RPC 2.0 message."),
            JsonRpcRequest { Method: RequestMethods.Initialize } => JsonRpcErrors.Detail(
                McpErrorCode.InvalidRequest, "initialize cannot be part of a batch. Send it alone, and first."),
            _ => check(context.Request.Headers, message),
        };
        if (problem is not null)
        {
            return message is JsonRpcNotification
                ? default
                : JsonSerializer.SerializeToUtf8Bytes(new JsonRpcError { Id = id, Error = problem }, MessageType);
        }

        await using var answer = new FinalMessage();
        await run(context, message!, answer, _ => ValueTask.CompletedTask);
        return answer.Message;
    }

    private async Task WriteAsync(HttpContext context, ChannelReader<ReadOnlyMemory<byte>> answers)
    {
        var (body, aborted) = (context.Response.Body, context.RequestAborted);
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await body.WriteAsync("["u8.ToArray(), aborted);
        var isFirst = true;
        while (true)
        {
            var waiting = answers.WaitToReadAsync(aborted).AsTask();
            while (await Task.WhenAny(waiting, Task.Delay(LongestSilence, time, aborted)) != waiting)
            {
                aborted.ThrowIfCancellationRequested();
                await body.WriteAsync("\n"u8.ToArray(), aborted);
            }

            if (!await waiting)
            {
                break;
            }

            while (answers.TryRead(out var answer))
            {
                await body.WriteAsync(isFirst ? answer : (byte[])[(byte)',', .. answer.Span], aborted);
                isFirst = false;
            }
        }

        await body.WriteAsync("]"u8.ToArray(), aborted);
    }

    /// <summary>Keeps of what the transport writes the final message: an array has no place for those on the way to it.</summary>
    private sealed class FinalMessage : MemoryStream
    {
        public ReadOnlyMemory<byte> Message { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (AnswerStream.TryReadFinal(buffer, out var message))
            {
                Message = message.ToArray();
            }

            return ValueTask.CompletedTask;
        }
    }
}
