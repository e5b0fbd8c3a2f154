using OrdersMcp.OpenApiTools.Operations.Results;

namespace OrdersMcp.OpenApiTools.Telemetry;

/// <summary>Keeps no records, for hosts without an audit. Spans, metrics and logs tell of each call.</summary>
internal sealed class NoAudit : ICallAudit
{
    public void Add(ObservedCall call, TimeSpan duration, string? resultHash)
    {
    }

    public void AddRefusal(string tool, ToolOutcome outcome, string caller, string client)
    {
    }
}
