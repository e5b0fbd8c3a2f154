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
}
