using System.Buffers;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Http;

namespace OrdersMcp.McpServer.Hosting.Stdio;

/// <summary>
/// Standard output: whole messages, one per line, from the SDK and from <see cref="StdioInput"/>, which answers messages
/// that the SDK cannot read. It tracks the answers.
/// </summary>
internal sealed class StdioOutput(Stream output, OpenRequests open) : WriteOnlyStream
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ArrayBufferWriter<byte> _line = new();

    /// <summary>
    /// Buffers until the line break, which the SDK writes separately. A line is always written completely, even if a
    /// request is cancelled.
    /// </summary>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _line.Write(buffer.Span);
        if (buffer.Span is [.., (byte)'\n'])
        {
            try
            {
                await WriteLineAsync(_line.WrittenMemory);
                Note(_line.WrittenSpan);
            }
            finally
            {
                _line.ResetWrittenCount();
            }
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask; // each line is flushed

    /// <summary>Answers input that is not a valid request.</summary>
    public Task RefuseAsync(RequestId id, JsonRpcErrorDetail error) => WriteLineAsync((byte[])
    [
        .. JsonSerializer.SerializeToUtf8Bytes<JsonRpcMessage>(new JsonRpcError { Id = id, Error = error }, McpJsonUtilities.DefaultOptions),
        (byte)'\n',
    ]);

    private async Task WriteLineAsync(ReadOnlyMemory<byte> line)
    {
        await _writing.WaitAsync();
        try
        {
            await output.WriteAsync(line);
            await output.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Tracks an answer, or a request of the server (JSON-RPC 2.0, sections 4 and 5).</summary>
    private void Note(ReadOnlySpan<byte> message)
    {
        RequestId? id = null;
        bool? isAnswer = null;
        var reader = new Utf8JsonReader(message);
        reader.Read();
        while ((id is null || isAnswer is null) && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                id = reader.TokenType switch
                {
                    JsonTokenType.String => new RequestId(reader.GetString()!),
                    JsonTokenType.Number => new RequestId(reader.GetInt64()),
                    _ => null,
                };
                continue;
            }

            isAnswer = reader.ValueTextEquals("result"u8) || reader.ValueTextEquals("error"u8) ? true
                : reader.ValueTextEquals("method"u8) ? false
                : isAnswer;
            reader.Skip();
        }

        switch (id, isAnswer)
        {
            case ({ } answered, true):
                open.Closed(answered);
                break;
            case ({ } asked, false):
                open.Asked(asked);
                break;
        }
    }

    protected override void Dispose(bool disposing)
    {
        _writing.Dispose();
        base.Dispose(disposing);
    }
}
