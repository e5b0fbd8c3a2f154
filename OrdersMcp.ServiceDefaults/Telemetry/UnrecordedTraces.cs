using System.Diagnostics;

namespace OrdersMcp.ServiceDefaults.Telemetry;

/// <summary>
/// Lets traces go on behind a process that records none: a trace of a caller keeps the caller's decision, and one that
/// begins here is sampled (W3C Trace Context, section 3.2.2.5). A service behind this one follows the flag, and would
/// record nothing either.
/// </summary>
internal sealed class UnrecordedTraces : IDisposable
{
    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = static source => source.Name is "Microsoft.AspNetCore" or "System.Net.Http" or "Experimental.ModelContextProtocol",
        ActivityStarted = static activity =>
        {
            if (activity.ParentId is not { } parent
                || (ActivityContext.TryParse(parent, traceState: null, out var caller) && caller.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)))
            {
                activity.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
            }
        },
    };

    public UnrecordedTraces() => ActivitySource.AddActivityListener(_listener);

    public void Dispose() => _listener.Dispose();
}
