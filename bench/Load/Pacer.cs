using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace OrdersMcp.Bench.Load;

/// <summary>
/// Says when requests are due, at an even rate. A thread of its own sleeps by <c>nanosleep</c>: .NET's timers are a
/// millisecond coarse, which is longer than most answers take.
/// </summary>
internal sealed partial class Pacer(double ratePerSecond, TimeSpan duration, long mostRequests)
{
    private readonly Channel<long> _due = Channel.CreateUnbounded<long>(new UnboundedChannelOptions { SingleWriter = true });

    /// <summary>The times at which requests were due, in ticks of <see cref="Stopwatch"/>; those of the past wait here.</summary>
    public ChannelReader<long> Due => _due.Reader;

    public void Start() => new Thread(Run) { IsBackground = true, Name = "Pacer" }.Start();

    private void Run()
    {
        var start = Stopwatch.GetTimestamp();
        var count = Math.Min(mostRequests, (long)(ratePerSecond * duration.TotalSeconds));
        for (long i = 0; i < count; i++)
        {
            var due = start + (long)(i / ratePerSecond * Stopwatch.Frequency);
            var ahead = (due - Stopwatch.GetTimestamp()) * 1_000_000_000 / Stopwatch.Frequency;
            if (ahead > 0)
            {
                var time = new TimeSpec((nint)(ahead / 1_000_000_000), (nint)(ahead % 1_000_000_000));
                _ = Sleep(in time, 0);
            }

            _due.Writer.TryWrite(due);
        }

        _due.Writer.Complete();
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sleep(in TimeSpec time, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct TimeSpec(nint Seconds, nint Nanoseconds);
}
