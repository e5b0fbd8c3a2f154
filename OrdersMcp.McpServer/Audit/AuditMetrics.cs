using System.Diagnostics.Metrics;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.McpServer.Audit;

/// <summary>The metrics of audit records.</summary>
internal sealed class AuditMetrics
{
    private readonly Counter<long> _shipped;
    private readonly Counter<long> _lost;

    public AuditMetrics(IMeterFactory factory, AuditJournal journal)
    {
        var meter = factory.Create(McpAttributes.Meter);
        _shipped = meter.CreateCounter<long>("ordersmcp.audit.shipped", "{record}", "Audit records that the API has.");
        _lost = meter.CreateCounter<long>("ordersmcp.audit.lost", "{record}", "Audit records that could not be kept.");
        meter.CreateObservableGauge("ordersmcp.audit.waiting", () => journal.Length, "By", "Audit records that wait for the API.");
    }

    public void Shipped(int count) => _shipped.Add(count);

    /// <param name="cause"><c>journal</c>: not written; <c>refused</c>: the API does not accept it.</param>
    public void Lost(string cause) => _lost.Add(1, new KeyValuePair<string, object?>("ordersmcp.audit.cause", cause));
}
