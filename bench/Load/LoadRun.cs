using System.Diagnostics;
using System.Net;
using System.Text;

namespace OrdersMcp.Bench.Load;

/// <summary>Carries out a plan.</summary>
internal sealed class LoadRun : IDisposable
{
    /// <summary>How long the last answers may take after the plan's time is over.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private const int LongestFailure = 600;

    private readonly LoadPlan _plan;
    private readonly byte[][] _requests;
    private readonly byte[] _expect;
    private readonly byte[]? _reject;
    private readonly HttpConnection[][] _connections;

    public LoadRun(LoadPlan plan)
    {
        _plan = plan;
        _expect = Encoding.UTF8.GetBytes(plan.Expect);
        _reject = plan.Reject is null ? null : Encoding.UTF8.GetBytes(plan.Reject);
        _requests = [.. plan.Requests.Select(ToBytes)];
        _connections = [.. Enumerable.Range(0, plan.Connections).Select(_ => plan.Targets
            .Select(target => new HttpConnection(IPEndPoint.Parse(target))).ToArray())];
    }

    public async Task<LoadResult> RunAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(_plan.WarmUpSeconds + _plan.Seconds) + (Grace * 2));
        if (_plan.WarmUpSeconds > 0)
        {
            await PhaseAsync(TimeSpan.FromSeconds(_plan.WarmUpSeconds), deadline.Token);
        }

        await using var watch = new ProcessWatch(_plan.Processes);
        var cpuBefore = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        var tallies = await PhaseAsync(TimeSpan.FromSeconds(_plan.Seconds), deadline.Token);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var all = new Tally();
        foreach (var tally in tallies)
        {
            all.Add(tally);
        }

        return new LoadResult(
            all.Latencies.Count,
            all.Failed,
            all.Statuses,
            all.FirstFailure,
            seconds,
            all.Latencies.Percentile(0.5),
            all.Latencies.Percentile(0.9),
            all.Latencies.Percentile(0.99),
            all.Latencies.LongestMilliseconds,
            (Environment.CpuUsage.TotalTime - cpuBefore).TotalSeconds,
            watch.Read());
    }

    public void Dispose()
    {
        foreach (var connection in _connections.SelectMany(each => each))
        {
            connection.Dispose();
        }
    }

    private byte[] ToBytes(LoadRequest request)
    {
        var text = new StringBuilder($"{request.Method} {request.Path} HTTP/1.1\r\nHost: {_plan.Targets[0]}\r\n");
        foreach (var (name, value) in request.Headers)
        {
            text.Append($"{name}: {value}\r\n");
        }

        if (request.Body is not null)
        {
            text.Append($"Content-Length: {Encoding.UTF8.GetByteCount(request.Body)}\r\n");
        }

        return Encoding.UTF8.GetBytes($"{text}\r\n{request.Body}");
    }

    private async Task<Tally[]> PhaseAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        if (_plan.RatePerSecond is { } rate)
        {
            var pacer = new Pacer(rate, duration, _plan.MostRequests);
            pacer.Start();
            return await Task.WhenAll(Enumerable.Range(0, _plan.Connections)
                .Select(index => Task.Run(() => OpenLoopAsync(index, pacer, cancellationToken), cancellationToken)));
        }

        var allowed = new Allowance(_plan.MostRequests);
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        return await Task.WhenAll(Enumerable.Range(0, _plan.Connections)
            .Select(index => Task.Run(() => ClosedLoopAsync(index, allowed, end, cancellationToken), cancellationToken)));
    }

    private async Task<Tally> ClosedLoopAsync(int index, Allowance allowed, long end, CancellationToken cancellationToken)
    {
        var tally = new Tally();
        long start;
        for (var turn = 0; (start = Stopwatch.GetTimestamp()) < end && allowed.Take(); turn++)
        {
            await AskAsync(index, turn, start, tally, cancellationToken);
        }

        return tally;
    }

    private async Task<Tally> OpenLoopAsync(int index, Pacer pacer, CancellationToken cancellationToken)
    {
        var tally = new Tally();
        var turn = 0;
        await foreach (var due in pacer.Due.ReadAllAsync(cancellationToken))
        {
            await AskAsync(index, turn++, due, tally, cancellationToken);
        }

        return tally;
    }

    private async ValueTask AskAsync(int index, int turn, long start, Tally tally, CancellationToken cancellationToken)
    {
        // Connections begin at different places of both lists.
        var connection = _connections[index][(index + turn) % _plan.Targets.Count];
        var request = _requests[((index * 7919L) + turn) % _requests.Length];
        try
        {
            var status = await connection.SendAsync(request, cancellationToken);
            var body = connection.Body;
            tally.CountStatus(status);
            if (status is >= 200 and < 300 && body.IndexOf(_expect) >= 0 && (_reject is null || body.IndexOf(_reject) < 0))
            {
                tally.Latencies.Record(Stopwatch.GetTimestamp() - start);
            }
            else
            {
                tally.Fail($"{status} {Encoding.UTF8.GetString(body[..Math.Min(LongestFailure, body.Length)])}");
            }
        }
        catch (IOException exception)
        {
            tally.Fail(exception.Message);
        }
    }

    /// <summary>What one connection counted.</summary>
    private sealed class Tally
    {
        public LatencyHistogram Latencies { get; } = new();

        public Dictionary<int, long> Statuses { get; } = [];

        public long Failed { get; private set; }

        public string? FirstFailure { get; private set; }

        public void CountStatus(int status) => Statuses[status] = Statuses.GetValueOrDefault(status) + 1;

        public void Fail(string why)
        {
            Failed++;
            FirstFailure ??= why;
        }

        public void Add(Tally other)
        {
            Latencies.Add(other.Latencies);
            Failed += other.Failed;
            FirstFailure ??= other.FirstFailure;
            foreach (var (status, count) in other.Statuses)
            {
                Statuses[status] = Statuses.GetValueOrDefault(status) + count;
            }
        }
    }

    /// <summary>How many requests may still be sent.</summary>
    private sealed class Allowance(long most)
    {
        private long _left = most;

        public bool Take() => Interlocked.Decrement(ref _left) >= 0;
    }
}
