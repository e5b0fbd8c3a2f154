using OrdersMcp.AppHost.Embedded.Tools;

namespace OrdersMcp.AppHost.Embedded.Processes;

/// <summary>Keeps one resource running: waits, prepares, starts, watches, restarts.</summary>
internal sealed class Supervisor(Resource resource, Guardian guardian, Ports ports, ConsoleReport report)
{
    private const int TooManyDeaths = 5;
    private static readonly TimeSpan DeathsCountFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PatientFor = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource<bool> _healthy = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<TimeSpan> _deaths = new();
    private ChildProcess? _child;

    public string Name => resource.Name;

    /// <summary>True when it was healthy for the first time, false when it cannot be had on this machine.</summary>
    public Task<bool> Healthy => _healthy.Task;

    /// <summary>Whether it is still being downloaded or created.</summary>
    public bool Preparing { get; private set; } = true;

    /// <summary>The process that runs now; 0 while there is none.</summary>
    public int Pid => _child is { Exited.IsCompleted: false } child ? child.Id : 0;

    /// <summary>Called when it is well again, in a new process.</summary>
    public Action? OnRestarted { get; set; }

    /// <exception cref="StackException">It cannot be started, or keeps dying.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        foreach (var other in resource.WaitFor)
        {
            await other.Healthy.WaitAsync(cancellation);
        }

        if (!await PrepareAsync(cancellation))
        {
            return;
        }

        foreach (var port in resource.Ports)
        {
            ports.Release(port);
        }

        while (true)
        {
            report.State(Name, "starting");
            _child = await ChildProcess.StartAsync(resource.Launch(), guardian, Log);
            await BecomeHealthyAsync(_child, cancellation);
            var exitCode = await _child.Exited.WaitAsync(cancellation);
            cancellation.ThrowIfCancellationRequested();
            await Task.Delay(Backoff(exitCode, _child.LastLines), cancellation);
        }
    }

    /// <summary>Stops what runs. To be called when <see cref="RunAsync"/> has ended, so that nothing is restarted.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        if (_child is null)
        {
            return;
        }

        if (!_child.Exited.IsCompleted)
        {
            var inTime = await _child.StopAsync(grace);
            report.State(Name, "stopped", inTime ? "" : $"killed, it did not stop within {grace.TotalSeconds:0.0} s");
        }

        await _child.DisposeAsync();
    }

    public void Kill() => _child?.Kill();

    private void Log(string line)
    {
        if (!resource.Quiet && line.Length > 0)
        {
            report.Log(Name, line);
        }
    }

    private async Task<bool> PrepareAsync(CancellationToken cancellation)
    {
        try
        {
            await resource.Prepare(cancellation);
            return true;
        }
        catch (Exception exception) when (exception is ToolUnavailableException or StackException or IOException
            && resource.Optional)
        {
            report.State(Name, "unavailable");
            report.Warning($"{exception.Message}\nThe stack runs on without it (--no-{Name} says so beforehand).");
            _healthy.TrySetResult(false);
            return false;
        }
        finally
        {
            Preparing = false;
        }
    }

    private async Task BecomeHealthyAsync(ChildProcess child, CancellationToken cancellation)
    {
        var patientUntil = report.Elapsed + PatientFor;
        while (!child.Exited.IsCompleted)
        {
            if (await resource.IsHealthy(cancellation) && !child.Exited.IsCompleted)
            {
                report.State(Name, "healthy", resource.Address);
                if (!_healthy.TrySetResult(true))
                {
                    OnRestarted?.Invoke();
                }

                return;
            }

            if (report.Elapsed > patientUntil)
            {
                patientUntil += PatientFor;
                report.State(Name, "not healthy yet", "it runs, and its health check fails; still waiting");
            }

            await Task.Delay(ProbeEvery, cancellation);
        }
    }

    private TimeSpan Backoff(int exitCode, IReadOnlyList<string> lastLines)
    {
        var now = report.Elapsed;
        _deaths.Enqueue(now);
        while (now - _deaths.Peek() > DeathsCountFor)
        {
            _deaths.Dequeue();
        }

        if (_deaths.Count >= TooManyDeaths)
        {
            throw new StackException($"{Name} keeps dying: {TooManyDeaths} times within a minute, the last time with "
                + $"exit code {exitCode}. Its last lines:\n{string.Join('\n', lastLines.Select(line => "  " + line))}");
        }

        if (resource.Quiet)
        {
            lastLines.ToList().ForEach(line => report.Log(Name, line));
        }

        // 0.5, 1, 2, 4 s
        var backoff = TimeSpan.FromSeconds(0.5 * (1 << (_deaths.Count - 1)));
        report.State(Name, "died", $"exit code {exitCode}; it is restarted in {backoff.TotalSeconds:0.0} s");
        return backoff;
    }
}
