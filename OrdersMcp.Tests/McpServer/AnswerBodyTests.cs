using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Http;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Long responses are kept alive. The test fires the timers of the clock.</summary>
[Trait("Category", "Unit")]
public sealed class AnswerBodyTests : IDisposable
{
    private static readonly byte[] Final = Encoding.UTF8.GetBytes("event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n");

    private readonly FiredTime _time = new();
    private readonly Body _body = new();
    private readonly DefaultHttpContext _context = new();

    public AnswerBodyTests()
    {
        _context.Request.Method = HttpMethods.Post;
        _context.Features.Set<JsonRpcMessage>(new JsonRpcRequest { Id = new RequestId(1), Method = "tools/call" });
        _context.Response.Body = _body;
    }

    public void Dispose()
    {
        _time.Dispose();
        _body.Dispose();
    }

    [Fact]
    public async Task Quick_response_is_json_and_its_timer_is_stopped()
    {
        await using (var answer = NewAnswer())
        {
            answer.DisableBuffering();
            await answer.WriteAsync(Final, TestContext.Current.CancellationToken);
            _time.Fire(); // writes no comment into JSON
        }

        Assert.Equal("""{"jsonrpc":"2.0","id":1,"result":{}}""", _body.Text);
        Assert.True(_time.IsDisposed);
    }

    [Fact]
    public async Task Slow_response_becomes_an_event_stream_with_comments()
    {
        await using var answer = NewAnswer();
        answer.DisableBuffering();

        _time.Fire();
        _time.Fire();
        _time.Fire();
        await answer.WriteAsync(Final, TestContext.Current.CancellationToken);

        Assert.Equal("text/event-stream", _context.Response.ContentType);
        Assert.Equal(": keep-alive\n\n: keep-alive\n\n" + Encoding.UTF8.GetString(Final), _body.Text);
    }

    [Fact]
    public async Task Client_that_does_not_read_holds_one_comment_until_the_end()
    {
        var answer = NewAnswer();
        answer.DisableBuffering();
        _time.Fire();
        _body.Behave = cancellationToken => Task.Delay(Timeout.Infinite, cancellationToken);

        _time.Fire();
        _time.Fire();
        _time.Fire();
        Assert.Equal(1, _body.Writes);

        await answer.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal("", _body.Text);
    }

    [Fact]
    public async Task Failed_write_ends_the_comments_and_is_reported()
    {
        var answer = NewAnswer();
        answer.DisableBuffering();
        _time.Fire();
        _body.Behave = _ => throw new IOException("The connection broke.");

        _time.Fire();
        _time.Fire();
        Assert.Equal(1, _body.Writes);

        await Assert.ThrowsAsync<IOException>(async () => await answer.WriteAsync(Final, TestContext.Current.CancellationToken));
        await answer.DisposeAsync();
        _time.Fire(); // late, like a callback already under way
        Assert.Equal(2, _body.Writes);
    }

    private AnswerBody NewAnswer() =>
        new(_context, _context.Features.GetRequiredFeature<IHttpResponseBodyFeature>(), _time);

    private sealed class Body : MemoryStream
    {
        public Func<CancellationToken, Task> Behave { get; set; } = _ => Task.CompletedTask;

        public int Writes { get; private set; }

        public string Text => Encoding.UTF8.GetString(ToArray());

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Writes++;
            await Behave(cancellationToken);
            Write(buffer.Span);
        }
    }

    /// <summary>One timer, which the test fires.</summary>
    private sealed class FiredTime : TimeProvider, ITimer
    {
        private Action _callback = () => { };

        public bool IsDisposed { get; private set; }

        public void Fire()
        {
            if (!IsDisposed)
            {
                _callback();
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = () => callback(state);
            return this;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => IsDisposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
