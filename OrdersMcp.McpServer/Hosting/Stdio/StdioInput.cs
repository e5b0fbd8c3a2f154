using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Protocol;

namespace OrdersMcp.McpServer.Hosting.Stdio;

/// <summary>
/// Standard input: passes messages on to the SDK, and answers what it leaves without an answer or fails on: lines that are no
/// message, and malformed parameters. The end of input ends the server once the requests before it are answered: the SDK would
/// end it at once, and <c>printf … | server</c> would print nothing.
/// </summary>
internal sealed partial class StdioInput(
    Stream input, StdioOutput output, OpenRequests open, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<StdioInput> logger)
    : BackgroundService
{
    /// <summary>Longer than a call of a tool takes; a client that has gone must not keep the server for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Pipe _passed = new();

    /// <summary>What the SDK reads.</summary>
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

        lifetime.StopApplication(); // streams of changes end with it
    }

    private async Task PassAsync(CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(input);
        while (true)
        {
            // A read of the console ends with input alone, whatever its token says.
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

    /// <summary>The next line; at the end of input the rest is one, also without a line break.</summary>
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
            case JsonRpcRequest { Method: not RequestMethods.SubscriptionsListen } request: // that is answered when the server ends
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

    /// <summary>The id of what is no message, where it has one that an answer can repeat.</summary>
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
            // Then there is none that could be read.
        }

        return default;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The input has ended, and requests are without an answer after {Patience}; the server ends")]
    private partial void LogUnanswered(TimeSpan patience);
}
