using OrdersMcp.McpServer.Operations.Results;

namespace OrdersMcp.McpServer.Telemetry;

/// <summary>Keeps a record of every tool call and of every refusal.</summary>
internal interface ICallAudit
{
    /// <summary>A call ended.</summary>
    void Add(ObservedCall call, TimeSpan duration, string? resultHash);

    /// <summary>A request was refused before it came to a tool.</summary>
    void AddRefusal(string tool, ToolOutcome outcome, string caller, string client);
}
