using System.Text.Json;

namespace OrdersMcp.McpServer.StreamableHttp;

/// <summary>
/// The body of an answer. The transport writes server-sent events; where the first message is the final one the frame
/// of its event is taken off and the answer is that JSON object alone: smaller, and simpler for clients. A call that
/// takes long becomes an event stream that is never silent (MCP 2026-07-28, basic/transports).
/// </summary>
internal sealed class AnswerStream(HttpContext context, TimeProvider time) : Stream
{
    private static readonly TimeSpan LongestSilenceAtStart = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(15);
    private static readonly byte[] Comment = ": keep-alive\n\n"u8.ToArray();

    private readonly SemaphoreSlim _writing = new(1, 1);
    private ITimer? _silence;
    private Task _breaking = Task.CompletedTask;
    private CancellationTokenSource? _ended;
    private Form _form;

    private enum Form
    {
        Undecided,
        Json,
        Events,
    }

    private static ReadOnlySpan<byte> FramePrefix => "event: message\ndata: "u8;

    private static ReadOnlySpan<byte> FrameSuffix => "\n\n"u8;

    /// <summary>Keeps a long answer from being silent, until it is disposed of: most answers are given before it begins.</summary>
    public void KeepAlive() => _silence = time.CreateTimer(
        static state => ((AnswerStream)state!).BreakSilence(), this, LongestSilenceAtStart, KeepAliveInterval);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (_form == Form.Undecided)
            {
                Start(ref buffer);
            }

            await context.Response.Body.WriteAsync(buffer, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The transport flushes before it has anything to say; until then the form of the answer is open.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) =>
        _form == Form.Undecided ? Task.CompletedTask : FlushBodyAsync(cancellationToken);

    /// <summary>The message of an event that the transport wrote, where it is the final one.</summary>
    public static bool TryReadFinal(ReadOnlyMemory<byte> frame, out ReadOnlyMemory<byte> message)
    {
        if (!frame.Span.StartsWith(FramePrefix) || !frame.Span.EndsWith(FrameSuffix))
        {
            throw new InvalidDataException("The transport wrote something other than one whole event.");
        }

        message = frame[FramePrefix.Length..^FrameSuffix.Length];
        return IsFinal(message.Span);
    }

    /// <summary>
    /// One break at a time: a client that does not read holds the first. None follows one that failed, as its client has
    /// gone; the answer meets the same failure, and tells of it.
    /// </summary>
    private void BreakSilence()
    {
        if (_breaking.IsCompletedSuccessfully)
        {
            _ended ??= CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            _breaking = BreakSilenceAsync(_ended.Token);
        }
    }

    private async Task BreakSilenceAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (_form == Form.Undecided)
            {
                StartEvents();
                await context.Response.Body.FlushAsync(cancellationToken);
            }
            else if (_form == Form.Events)
            {
                await context.Response.Body.WriteAsync(Comment, cancellationToken);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>A body takes one writer or flusher at a time.</summary>
    private async Task FlushBodyAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await context.Response.Body.FlushAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    private void Start(ref ReadOnlyMemory<byte> buffer)
    {
        if (!TryReadFinal(buffer, out var message))
        {
            StartEvents();
            return;
        }

        _form = Form.Json;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = message.Length;
        context.Response.Headers.CacheControl = "no-store";
        buffer = message;
    }

    private void StartEvents()
    {
        _form = Form.Events;
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // a proxy must not hold events back
    }

    /// <summary>A response has a result or an error, and no method (JSON-RPC 2.0, section 5).</summary>
    private static bool IsFinal(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("result"u8) || reader.ValueTextEquals("error"u8))
            {
                return true;
            }

            if (reader.ValueTextEquals("method"u8))
            {
                return false;
            }

            reader.Skip();
        }

        return false;
    }

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

    public override async ValueTask DisposeAsync()
    {
        if (_silence is not null)
        {
            await _silence.DisposeAsync(); // when it is done, no callback runs and none will
            if (_ended is not null)
            {
                await _ended.CancelAsync();
                await _breaking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _ended.Dispose();
            }
        }

        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        _writing.Dispose();
        base.Dispose(disposing);
    }
}
