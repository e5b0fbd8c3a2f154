using System.Globalization;

namespace OrdersMcp.Bench.Load;

/// <summary>CPU time and memory of other processes, from /proc (proc(5)).</summary>
internal sealed class ProcessWatch : IAsyncDisposable
{
    /// <summary>USER_HZ, which is 100 wherever .NET runs on Linux.</summary>
    private const double TicksPerSecond = 100;

    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(50);

    private readonly IReadOnlyList<WatchedProcess> _processes;
    private readonly double[] _cpuBefore;
    private readonly long[] _peaks;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _sampling;

    public ProcessWatch(IReadOnlyList<WatchedProcess> processes)
    {
        _processes = processes;
        _cpuBefore = [.. processes.Select(CpuSeconds)];
        _peaks = [.. processes.Select(process => MemoryBytes(process.Pid))];
        _sampling = SampleAsync();
    }

    /// <summary>What was used since the start.</summary>
    public IReadOnlyList<ProcessUsage> Read() => [.. _processes.Select((process, index) => new ProcessUsage(
        process.Name,
        CpuSeconds(process) - _cpuBefore[index],
        Math.Max(_peaks[index], MemoryBytes(process.Pid))))];

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _sampling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
    }

    /// <summary>The resident set.</summary>
    public static long MemoryBytes(int pid) =>
        long.Parse(File.ReadAllText($"/proc/{pid}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;

    private static double CpuSeconds(WatchedProcess process)
    {
        var ticks = CpuTicks(process.Pid);
        if (process.WithChildren)
        {
            foreach (var folder in Directory.EnumerateDirectories("/proc"))
            {
                if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid)
                    && TryReadStat(pid) is { } fields && fields[1] == process.Pid.ToString(CultureInfo.InvariantCulture))
                {
                    ticks += Ticks(fields);
                }
            }
        }

        return ticks / TicksPerSecond;
    }

    private static long CpuTicks(int pid) => TryReadStat(pid) is { } fields
        ? Ticks(fields)
        : throw new InvalidOperationException($"Process {pid} is gone.");

    private static long Ticks(string[] fields) =>
        long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);

    /// <summary>The fields after the name, which may hold anything: state, ppid, …, utime (11), stime (12).</summary>
    private static string[]? TryReadStat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // it ended while the list was read
        }
    }

    private async Task SampleAsync()
    {
        using var timer = new PeriodicTimer(SampleInterval);
        while (await timer.WaitForNextTickAsync(_ended.Token))
        {
            for (var i = 0; i < _processes.Count; i++)
            {
                _peaks[i] = Math.Max(_peaks[i], MemoryBytes(_processes[i].Pid));
            }
        }
    }
}
