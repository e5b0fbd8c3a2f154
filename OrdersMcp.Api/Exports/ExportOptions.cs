using System.ComponentModel.DataAnnotations;

namespace OrdersMcp.Api.Exports;

/// <summary>The settings <c>Exports:…</c>.</summary>
internal sealed class ExportOptions
{
    /// <summary>How many exports this replica runs at once; 0 leaves the work to others.</summary>
    [Range(0, 16)]
    public int Workers { get; set; } = 2;

    /// <summary>
    /// How long a worker may be silent before another restarts its export. A worker renews its lease after each page, which
    /// takes at most the command timeout of 10 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>The limits of exports.</summary>
internal static class ExportLimits
{
    public const int MaxOrders = 50_000;
    public const long MaxBytes = 32L * 1024 * 1024;
    public const int MaxUnfinished = 5;
    public const int MaxKept = 20;
    public const int MaxAttempts = 3;
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>How long the record of an export outlives its document.</summary>
    public static readonly TimeSpan RecordRetention = TimeSpan.FromHours(24);
}
