using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.McpServer.Hosting.Stdio;

/// <summary>
/// Standard input: passes messages on to the SDK, and answers those that the SDK ignores or fails on: invalid lines and
/// malformed parameters. The end of input stops the server after all earlier requests are answered. The SDK would stop at
/// once, and <c>printf … | server</c> would print nothing.
/// </summary>
internal sealed partial class StdioInput(
    Stream input, StdioOutput output, OpenRequests open, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<StdioInput> logger)
    : BackgroundService
{
    /// <summary>Longer than a tool call takes. A client that is gone must not keep the server running forever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Pipe _passed = new();

    /// <summary>The input of the SDK.</summary>
    public Stream Passed => _passed.Reader.AsStream();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await PassAsync(stoppingToken);
            await open.SettledAsync().WaitAsync(Patience, time, stoppingToken);
        }
        catch (TimeoutException)
        {
            LogUnanswered(Patience);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            await _passed.Writer.CompleteAsync();
        }

        lifetime.StopApplication(); // this also ends change streams
    }

    private async Task PassAsync(CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(input);
        while (true)
        {
            // A console read only ends when there is input, and ignores its token.
            var result = await reader.ReadAsync(cancellationToken).AsTask().WaitAsync(cancellationToken);
            var unread = result.Buffer;
            while (TryTakeLine(ref unread, result.IsCompleted) is { } line)
            {
                await ReceiveAsync(line, cancellationToken);
            }

            reader.AdvanceTo(unread.Start, unread.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>The next line. At the end of input the rest counts as a line even without a line break.</summary>
    private static ReadOnlySequence<byte>? TryTakeLine(ref ReadOnlySequence<byte> unread, bool isEnd)
    {
        if (unread.PositionOf((byte)'\n') is { } end)
        {
            var line = unread.Slice(0, end);
            unread = unread.Slice(unread.GetPosition(1, end));
            return line;
        }

        if (!isEnd || unread.IsEmpty)
        {
            return null;
        }

        var rest = unread;
        unread = unread.Slice(unread.End);
        return rest;
    }

    private async Task ReceiveAsync(ReadOnlySequence<byte> text, CancellationToken cancellationToken)
    {
        var line = text.ToArray().AsMemory();
        if (line.Span.StartsWith(MessageText.ByteOrderMark))
        {
            line = line[MessageText.ByteOrderMark.Length..];
        }

        if (line.Span.Trim(" \t\r"u8).IsEmpty)
        {
            return;
        }

        var (message, error) = MessageText.Parse(new ReadOnlySequence<byte>(line));
        if (message is null)
        {
            await output.RefuseAsync(IdIn(line.Span), error);
            return;
        }

        if (ParameterRules.Problem(message) is { } problem)
        {
            // A notification gets no answer (JSON-RPC 2.0, section 4.1).
            await (message is JsonRpcRequest refused
                ? output.RefuseAsync(refused.Id, new JsonRpcErrorDetail { Code = (int)McpErrorCode.InvalidParams, Message = problem })
                : Task.CompletedTask);
            return;
        }

        Note(message);
        await _passed.Writer.WriteAsync((byte[])[.. line.Span, (byte)'\n'], cancellationToken);
    }

    private void Note(JsonRpcMessage message)
    {
        switch (message)
        {
            // answered only when the server ends
            case JsonRpcRequest { Method: not RequestMethods.SubscriptionsListen } request:
                open.Received(request.Id);
                break;
            case JsonRpcNotification { Method: NotificationMethods.CancelledNotification, Params: JsonObject parameters }:
                open.Closed(parameters["requestId"].Deserialize<RequestId>(McpJsonUtilities.DefaultOptions));
                break;
            case JsonRpcMessageWithId and not JsonRpcRequest:
                open.Told(((JsonRpcMessageWithId)message).Id);
                break;
        }
    }

    /// <summary>The id of an invalid message, if it has one that the answer can repeat.</summary>
    private static RequestId IdIn(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = int.MaxValue });
            reader.Read();
            while (reader.TokenType != JsonTokenType.StartArray && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("id"u8) && reader.Read())
                {
                    return reader.TokenType == JsonTokenType.String ? new RequestId(reader.GetString()!)
                        : reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? new RequestId(number)
                        : default;
                }

                reader.Skip();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // There is no readable id.
        }

        return default;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The input has ended, and requests are still unanswered after {Patience}; the server stops")]
    private partial void LogUnanswered(TimeSpan patience);
}
