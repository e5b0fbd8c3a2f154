using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace OrdersMcp.OpenApiTools.App;

/// <summary>
/// The answer to a request in process. The app writes into a pipe and the caller reads from it; the answer is sent with the
/// first flush, or at the end.
/// </summary>
internal sealed class AppResponse : IHttpResponseFeature, IHttpResponseBodyFeature
{
    private readonly AppExchange _exchange;
    private readonly Pipe _pipe = new(new PipeOptions(useSynchronizationContext: false));
    private readonly StartingWriter _writer;
    private readonly Stack<(Func<object, Task> Callback, object State)> _starting = new();
    private readonly Stack<(Func<object, Task> Callback, object State)> _completed = new();
    private Stream? _stream;
    private Task? _start;
    private bool _isDiscarded;

    public AppResponse(AppExchange exchange)
    {
        _exchange = exchange;
        _writer = new StartingWriter(this, _pipe.Writer);
    }

    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    public bool HasStarted { get; private set; }

    public PipeWriter Writer => _writer;

    public Stream Stream => _stream ??= _writer.AsStream(leaveOpen: true); // a writer that disposes of the stream ends itself, not the answer

    /// <summary>The same stream, for code from before <see cref="IHttpResponseBodyFeature"/>.</summary>
    public Stream Body
    {
        get => Stream;
        set => _stream = value;
    }

    public void DisableBuffering()
    {
        // Every flush reaches the caller.
    }

    public void OnStarting(Func<object, Task> callback, object state)
    {
        if (HasStarted)
        {
            throw new InvalidOperationException("The answer has started.");
        }

        _starting.Push((callback, state));
    }

    public void OnCompleted(Func<object, Task> callback, object state) => _completed.Push((callback, state));

    public Task StartAsync(CancellationToken cancellationToken = default) => _start ??= SendAsync();

    public async Task CompleteAsync()
    {
        await StartAsync(CancellationToken.None);
        await _pipe.Writer.CompleteAsync();
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    /// <summary>Discards an answer that has not started, with what was written of its body.</summary>
    public void Reset(int status)
    {
        (StatusCode, ReasonPhrase, Headers) = (status, null, new HeaderDictionary());
        _starting.Clear();
        _start = null; // a failed attempt does not count
        _isDiscarded = true;
    }

    /// <summary>The caller sees an error while it reads the body.</summary>
    public ValueTask BreakOffAsync(Exception cause) => _pipe.Writer.CompleteAsync(new HttpRequestException(HttpRequestError.ResponseEnded, "The app ended the answer early.", cause));

    /// <summary>Ends a read of the caller that waits for more.</summary>
    public void Abort() => _pipe.Reader.CancelPendingRead();

    /// <summary>Runs what the app registered for the end of the request, such as disposing its services.</summary>
    public async ValueTask EndAsync()
    {
        while (_completed.TryPop(out var each))
        {
            try
            {
                await each.Callback(each.State);
            }
            catch (Exception exception)
            {
                _exchange.CallbackFailed(exception);
            }
        }
    }

    private async Task SendAsync()
    {
        while (_starting.TryPop(out var each))
        {
            await each.Callback(each.State);
        }

        var answer = new HttpResponseMessage((HttpStatusCode)StatusCode)
        {
            ReasonPhrase = ReasonPhrase,
            Content = _isDiscarded ? new ByteArrayContent([]) : new StreamContent(new AnswerStream(_exchange, _pipe.Reader, Length)),
        };
        foreach (var (name, values) in Headers)
        {
            if (!answer.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                answer.Content.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        HasStarted = true;
        _exchange.Send(answer);
    }

    /// <summary>The number of bytes that the caller reads; null if only the end of the body tells.</summary>
    private long? Length => HttpMethods.IsHead(_exchange.Method) || StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified
        ? 0
        : Headers.ContentLength;

    /// <summary>Starts the answer before the first bytes leave.</summary>
    private sealed class StartingWriter(AppResponse response, PipeWriter inner) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            response._start is { IsCompletedSuccessfully: true } ? inner.FlushAsync(cancellationToken) : StartAsync(cancellationToken);

        private async ValueTask<FlushResult> StartAsync(CancellationToken cancellationToken)
        {
            await response.StartAsync(cancellationToken);
            return await inner.FlushAsync(cancellationToken);
        }
    }

    /// <summary>
    /// The body for its reader. A reader that stops before the end, or before the declared length, aborts the request, as
    /// closing a connection does.
    /// </summary>
    private sealed class AnswerStream(AppExchange exchange, PipeReader reader, long? length) : Stream
    {
        private readonly Stream _inner = reader.AsStream();
        private long? _left = length;
        private bool _isAtEnd = length == 0;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            ThrowIfBroken();
            try
            {
                return Seen(_inner.Read(buffer, offset, count), count);
            }
            catch (OperationCanceledException)
            {
                ThrowIfBroken();
                throw;
            }
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            ThrowIfBroken();
            try
            {
                return Seen(await _inner.ReadAsync(buffer, cancellationToken), buffer.Length);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                ThrowIfBroken();
                throw;
            }
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing && !_isAtEnd && !exchange.IsOver)
            {
                exchange.Stop();
            }

            if (disposing)
            {
                _inner.Dispose(); // completes the reader, so that the app's writes end
            }

            base.Dispose(disposing);
        }

        private void ThrowIfBroken()
        {
            if (exchange.Breach is { } breach)
            {
                throw new HttpRequestException(breach.HttpRequestError, breach.Message, breach);
            }
        }

        private int Seen(int read, int asked)
        {
            _left -= read;
            _isAtEnd |= (read == 0 && asked > 0) || _left <= 0;
            return read;
        }
    }
}
