namespace OrdersMcp.McpServer.Telemetry;

/// <summary>The configuration section <c>Telemetry</c>.</summary>
internal sealed class TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>Whether traces have the arguments and results of calls, masked; in Development only.</summary>
    public bool RecordContent { get; set; }
}
