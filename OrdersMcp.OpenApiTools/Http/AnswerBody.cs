using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>
/// The body of an answer. The SDK writes server-sent events. If the first message is the final one, this class removes the
/// event frame and sends plain JSON: smaller, and simpler for clients (csharp-sdk#545). A long call becomes an event stream
/// with keep-alives (csharp-sdk#736; MCP 2026-07-28, basic/transports). The SDK starts its events by disabling buffering;
/// anything it writes before that, an error, passes unchanged.
/// </summary>
internal sealed class AnswerBody(HttpContext context, IHttpResponseBodyFeature inner, TimeProvider time)
    : WriteOnlyStream, IHttpResponseBodyFeature
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
        AsItIs,
        Undecided,
        Json,
        Events,
    }

    private static ReadOnlySpan<byte> FramePrefix => "event: message\ndata: "u8;

    private static ReadOnlySpan<byte> FrameSuffix => "\n\n"u8;

    Stream IHttpResponseBodyFeature.Stream => this;

    PipeWriter IHttpResponseBodyFeature.Writer => inner.Writer;

    /// <summary>Starts the event stream: at once for the stream of a session, after a delay for a request.</summary>
    public void DisableBuffering()
    {
        inner.DisableBuffering();
        _form = Form.Undecided;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            StartEvents();
            KeepAlive(KeepAliveInterval);
        }
        else if (context.Features.Get<JsonRpcMessage>() is JsonRpcRequest)
        {
            KeepAlive(LongestSilenceAtStart);
        }
    }

    /// <summary>The request has no answer, so stream headers are removed.</summary>
    public void Abandon()
    {
        if (_form == Form.Undecided)
        {
            RemoveStreamHeaders();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);

    public Task CompleteAsync() => inner.CompleteAsync();

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        inner.SendFileAsync(path, offset, count, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (_form == Form.Undecided)
            {
                Start(ref buffer);
            }

            await inner.Stream.WriteAsync(buffer, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The SDK flushes before it writes a message. Until then the form of the answer is undecided.</summary>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_form == Form.Undecided)
        {
            return;
        }

        await FlushBodyAsync(cancellationToken);
        if (_form == Form.Events && HttpMethods.IsGet(context.Request.Method))
        {
            context.Features.Get<SessionUse>()?.StreamOpened(); // the SDK's first flush means that the stream is ready
        }
    }

    /// <summary>Extracts the message of an event that the SDK wrote, and returns whether it is the final one.</summary>
    private static bool TryReadFinal(ReadOnlyMemory<byte> frame, out ReadOnlyMemory<byte> message)
    {
        if (!frame.Span.StartsWith(FramePrefix) || !frame.Span.EndsWith(FrameSuffix))
        {
            throw new InvalidDataException("The SDK wrote something other than one whole event.");
        }

        message = frame[FramePrefix.Length..^FrameSuffix.Length];
        return IsFinal(message.Span);
    }

    /// <summary>
    /// Sends one keep-alive at a time: a client that does not read blocks the first. After a failed one it sends no more,
    /// because the client is gone; writing the answer meets the same failure and reports it.
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
                await inner.Stream.FlushAsync(cancellationToken);
            }
            else if (_form == Form.Events)
            {
                await inner.Stream.WriteAsync(Comment, cancellationToken);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>A body accepts one writer or flusher at a time.</summary>
    private async Task FlushBodyAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await inner.Stream.FlushAsync(cancellationToken);
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
        RemoveStreamHeaders();
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = message.Length;
        context.Response.Headers.CacheControl = "no-store";
        buffer = message;
    }

    private void StartEvents()
    {
        _form = Form.Events;
        RemoveStreamHeaders();
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // a proxy must not hold events back
    }

    /// <summary>Removes the headers that the SDK sets for every event stream.</summary>
    private void RemoveStreamHeaders()
    {
        context.Response.Headers.ContentEncoding = default;
        context.Response.Headers["X-Accel-Buffering"] = default;
    }

    private void KeepAlive(TimeSpan first) => _silence = time.CreateTimer(
        static state => ((AnswerBody)state!).BreakSilence(), this, first, KeepAliveInterval);

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

    public override async ValueTask DisposeAsync()
    {
        if (_silence is not null)
        {
            await _silence.DisposeAsync(); // after this, no callback runs
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
