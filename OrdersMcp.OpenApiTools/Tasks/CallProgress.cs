using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using SdkServer = ModelContextProtocol.Server.McpServer;

namespace OrdersMcp.OpenApiTools.Tasks;

/// <summary>
/// Sends progress to a client that requested it: the progress that a job reports, or otherwise a message every few seconds
/// while the call runs. The value only grows (MCP 2026-07-28, basic/patterns/progress).
/// </summary>
internal sealed class CallProgress : IAsyncDisposable
{
    private static readonly TimeSpan FirstBeat = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    /// <summary>The increment while a job makes no progress, too small to look like progress.</summary>
    private const float Tick = 0.001f;

    private readonly SdkServer _server;
    private readonly ProgressToken _token;
    private readonly TimeProvider _time;
    private readonly bool _countsSeconds;
    private readonly long _started;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationToken _call;
    private readonly CancellationTokenSource _ended;
    private readonly Task _beating;
    private float _last = -1;
    private float? _total;
    private string? _message;
    private long _lastSent;

    private CallProgress(
        SdkServer server,
        ProgressToken token,
        bool countsSeconds,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        _server = server;
        _token = token;
        _time = time;
        _countsSeconds = countsSeconds;
        _started = _lastSent = time.GetTimestamp();
        _call = cancellationToken;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _beating = BeatAsync(_ended.Token);
    }

    /// <summary>The progress of a call, or null if its client did not request it.</summary>
    /// <param name="request">The call.</param>
    /// <param name="hasJob">Whether a job reports progress; otherwise the value counts seconds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it with the call.</param>
    public static CallProgress? Start(
        RequestContext<CallToolRequestParams> request,
        bool hasJob,
        TimeProvider time,
        CancellationToken cancellationToken) =>
        request.Params.ProgressToken is { } token
            ? new CallProgress(request.Server, token, !hasJob, time, cancellationToken)
            : null;

    /// <summary>Sends the progress of a job if it has grown.</summary>
    public async Task ReportAsync(JobState job, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            (_total, _message) = ((float?)job.Total, job.Message);
            if ((float)(job.Progress ?? 0) is var progress && progress > _last)
            {
                await SendAsync(progress, _message);
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Stops before the result is sent, because no progress may follow it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        try
        {
            await _beating;
        }
        catch (OperationCanceledException)
        {
            // Disposal cancels the loop.
        }

        _ended.Dispose();
        _sending.Dispose();
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        var pause = FirstBeat;
        while (true)
        {
            await Task.Delay(pause, _time, cancellationToken);
            await _sending.WaitAsync(cancellationToken);
            try
            {
                var silence = _time.GetElapsedTime(_lastSent);
                if (silence >= pause)
                {
                    var progress = _countsSeconds
                        ? (float)Math.Round(_time.GetElapsedTime(_started).TotalSeconds)
                        : AfterLast();
                    await SendAsync(progress, _message ?? "Still working");
                    silence = TimeSpan.Zero;
                }

                pause = Beat - silence;
            }
            finally
            {
                _sending.Release();
            }
        }
    }

    private float AfterLast()
    {
        var last = Math.Max(_last, 0);
        return last + Tick > last ? last + Tick : MathF.BitIncrement(last);
    }

    /// <summary>
    /// Uses the token of the call, not of the loop: a started message must be complete, because the result follows on the
    /// same stream.
    /// </summary>
    private Task SendAsync(float progress, string? message)
    {
        _last = progress;
        _lastSent = _time.GetTimestamp();
        return _server.NotifyProgressAsync(
            _token,
            new ProgressNotificationValue
            {
                Progress = progress,
                Total = _total,
                Message = message,
            },
            cancellationToken: _call);
    }
}
