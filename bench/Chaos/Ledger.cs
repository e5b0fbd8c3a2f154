using System.Collections.Concurrent;

namespace OrdersMcp.Chaos;

/// <summary>The kinds of writes.</summary>
internal enum WriteKind
{
    Create,
    Cancel,
    Note,
}

/// <summary>A write that a client made until it knew how it ended.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Key">Its idempotency key, the same for each attempt.</param>
/// <param name="OrderId">The order, which a creation learns from its answer.</param>
/// <param name="Trace">The trace of the attempt that was answered; null for REST, which has no audit.</param>
internal sealed record DoneWrite(WriteKind Kind, string Key, long OrderId, string? Trace);

/// <summary>A call that failed, and when.</summary>
internal sealed record FailedCall(string What, string Why, long Began, long Ended);

/// <summary>What the clients know in the end.</summary>
internal sealed class Ledger
{
    private long _reads;
    private long _attempts;
    private long _refused;

    public ConcurrentQueue<DoneWrite> Writes { get; } = new();

    /// <summary>Reads that failed, and writes whose first attempt failed.</summary>
    public ConcurrentQueue<FailedCall> Failures { get; } = new();

    /// <summary>Writes that nobody knows the end of; the proof needs none of them.</summary>
    public ConcurrentQueue<string> Unresolved { get; } = new();

    public long Reads => Interlocked.Read(ref _reads);

    /// <summary>How often a write was sent, the repeats with it.</summary>
    public long Attempts => Interlocked.Read(ref _attempts);

    public long Refused => Interlocked.Read(ref _refused);

    public void Read() => Interlocked.Increment(ref _reads);

    public void Attempt() => Interlocked.Increment(ref _attempts);

    public void Refuse() => Interlocked.Increment(ref _refused);
}
