namespace OrdersMcp.OpenApiTools.Telemetry;

/// <summary>The configuration section <c>Telemetry</c>.</summary>
internal sealed class TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>Whether traces contain the masked arguments and results of calls; only in Development.</summary>
    public bool RecordContent { get; set; }
}
