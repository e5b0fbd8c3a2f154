namespace OrdersMcp.McpServer.StreamableHttp;

/// <summary>
/// The body of an answer, as the transport writes it: server-sent events. Where the first message is also the last the
/// frame of its event is taken off, and the answer is the JSON object alone: smaller, and simpler for clients.
/// </summary>
internal sealed class JsonOrEventStream(HttpContext context) : Stream
{
    private static ReadOnlySpan<byte> FramePrefix => "event: message\ndata: "u8;

    private static ReadOnlySpan<byte> FrameSuffix => "\n\n"u8;

    private bool _json;

    public void StartJson()
    {
        _json = true;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
    }

    public void StartEvents()
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // proxies must not hold events back
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_json)
        {
            if (!buffer.Span.StartsWith(FramePrefix) || !buffer.Span.EndsWith(FrameSuffix))
            {
                throw new InvalidDataException("The transport wrote something other than one whole event.");
            }

            buffer = buffer[FramePrefix.Length..^FrameSuffix.Length];
            context.Response.ContentLength = buffer.Length;
        }

        return context.Response.Body.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        context.Response.Body.FlushAsync(cancellationToken);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
