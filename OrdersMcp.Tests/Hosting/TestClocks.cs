namespace OrdersMcp.Tests.Hosting;

/// <summary>A clock that a test can set forward. Timers run normally.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
}

/// <summary>A clock that runs faster, with its timers, so that seconds pass at once.</summary>
internal sealed class HastyTime(int factor) : TimeProvider
{
    public override long GetTimestamp() => base.GetTimestamp() * factor;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Hasten(dueTime), Hasten(period));

    private TimeSpan Hasten(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / factor;
}
