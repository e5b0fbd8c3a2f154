namespace OrdersMcp.Api.Data;

internal static class DatabaseTime
{
    /// <summary>
    /// The current time in microseconds, the precision of PostgreSQL, so that a response shows what later reads return.
    /// </summary>
    public static DateTimeOffset GetDatabaseNow(this TimeProvider time)
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    /// <summary>
    /// A bound that rows are compared with, in UTC, rounded up to microseconds: the driver would cut it, and a row a fraction
    /// earlier would pass for later. Both <c>&gt;=</c> and <c>&lt;</c> keep their meaning, as stored times have no such fractions.
    /// </summary>
    public static DateTimeOffset ToDatabaseBound(this DateTimeOffset time)
    {
        var excess = time.Ticks % TimeSpan.TicksPerMicrosecond;
        var isLast = DateTime.MaxValue.Ticks - time.UtcTicks < TimeSpan.TicksPerMicrosecond;
        return (excess == 0 || isLast ? time : time.AddTicks(TimeSpan.TicksPerMicrosecond - excess)).ToUniversalTime();
    }
}
