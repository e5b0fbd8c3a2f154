using System.ComponentModel.DataAnnotations;

namespace OrdersMcp.Api.Exports;

/// <summary>The settings <c>Exports:…</c>.</summary>
internal sealed class ExportOptions
{
    /// <summary>How many exports this replica works on at once; none where others do the work.</summary>
    [Range(0, 16)]
    public int Workers { get; set; } = 2;

    /// <summary>
    /// How long a worker may be silent before another begins its export anew. A worker speaks after each page, and a
    /// page ends within the command timeout of 10 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>What an export may cost.</summary>
internal static class ExportLimits
{
    public const int MaxOrders = 50_000;
    public const long MaxBytes = 32L * 1024 * 1024;
    public const int MaxUnfinished = 5;
    public const int MaxKept = 20;
    public const int MaxAttempts = 3;
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>So long an export is known after its document was deleted.</summary>
    public static readonly TimeSpan RecordRetention = TimeSpan.FromHours(24);
}
