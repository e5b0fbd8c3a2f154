using System.ComponentModel.DataAnnotations;

namespace OrdersMcp.ServiceDefaults.Shutdown;

/// <summary>The configuration section <c>Shutdown</c>.</summary>
public sealed class ShutdownOptions
{
    public const string Section = "Shutdown";

    /// <summary>
    /// The seconds for which a stopping service still answers new requests while its readiness fails. Every load balancer must
    /// notice within this time, before the listeners close. 0 closes them at once.
    /// </summary>
    [Range(0, 300, ErrorMessage = "Shutdown:DrainSeconds must be from 0 to 300.")]
    public int DrainSeconds { get; set; }
}
