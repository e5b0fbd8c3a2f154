using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace OrdersMcp.Tests.Observability;

/// <summary>
/// Gives the meters of one server in this process their own version. OpenTelemetry treats meters with equal name and version
/// as one, and drops its points when any of the servers ends.
/// </summary>
internal sealed class OwnMeters(string version) : IMeterFactory
{
    private readonly ConcurrentBag<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(options.Name, version, options.Tags, scope: this);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose()
    {
        foreach (var meter in _meters)
        {
            meter.Dispose();
        }
    }
}
