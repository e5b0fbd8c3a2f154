using System.Diagnostics;

namespace OrdersMcp.ServiceDefaults.Telemetry;

/// <summary>
/// Lets the services behind this process record traces when this process records none. A caller's trace keeps the caller's
/// sampling decision, and a trace that starts here is sampled (W3C Trace Context, section 3.2.2.5). Otherwise the services
/// behind this process would follow its flag and record nothing.
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
