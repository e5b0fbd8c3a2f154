namespace OrdersMcp.Api.Data;

internal static class DatabaseTime
{
    /// <summary>Now, in the microseconds that PostgreSQL keeps: what is answered at once is what is read later.</summary>
    public static DateTimeOffset GetDatabaseNow(this TimeProvider time)
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
