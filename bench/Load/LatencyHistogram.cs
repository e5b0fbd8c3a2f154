using System.Diagnostics;
using System.Numerics;

namespace OrdersMcp.Bench.Load;

/// <summary>Counts latencies in buckets that are 1/64 wide, from nanoseconds to minutes: bounded memory, 1.6 % error.</summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 6;
    private const int Halves = 40;

    private readonly long[] _counts = new long[(Halves + 2) << SubBits];
    private long _longest;

    public long Count { get; private set; }

    /// <summary>Counts a time in ticks of <see cref="Stopwatch"/>.</summary>
    public void Record(long stopwatchTicks)
    {
        var nanoseconds = Math.Max(0, (long)(stopwatchTicks * (1e9 / Stopwatch.Frequency)));
        _counts[Math.Min(IndexOf(nanoseconds), _counts.Length - 1)]++;
        _longest = Math.Max(_longest, nanoseconds);
        Count++;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        _longest = Math.Max(_longest, other._longest);
        Count += other.Count;
    }

    /// <summary>The latency that this share of all does not exceed, in milliseconds.</summary>
    public double Percentile(double share)
    {
        var rank = (long)Math.Ceiling(share * Count);
        long seen = 0;
        for (var i = 0; i < _counts.Length && Count > 0; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                return Math.Min(MiddleOf(i), _longest) / 1e6;
            }
        }

        return 0;
    }

    public double LongestMilliseconds => _longest / 1e6;

    private static int IndexOf(long value)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)value | 1) - SubBits);
        return (shift << SubBits) + (int)(value >> shift);
    }

    private static double MiddleOf(int index)
    {
        var shift = Math.Max(0, (index >> SubBits) - 1);
        long first = index - (shift << SubBits);
        return (first + 0.5) * (1L << shift);
    }
}
