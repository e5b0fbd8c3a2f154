using OrdersMcp.OpenApiTools.Operations.Results;

namespace OrdersMcp.OpenApiTools.Telemetry;

/// <summary>Keeps a record of every tool call and of every refusal.</summary>
internal interface ICallAudit
{
    /// <summary>Adds a call that has ended.</summary>
    void Add(ObservedCall call, TimeSpan duration, string? resultHash);

    /// <summary>Adds a request that was refused before it reached a tool.</summary>
    void AddRefusal(string tool, ToolOutcome outcome, string caller, string client);
}
