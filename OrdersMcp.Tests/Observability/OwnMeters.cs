using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace OrdersMcp.Tests.Observability;

/// <summary>
/// The meters of one server of this process, told from those of the others by their version: OpenTelemetry takes meters of
/// one name and version for one, and drops its points when any of the servers ends.
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
