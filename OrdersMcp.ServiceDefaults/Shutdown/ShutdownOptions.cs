using System.ComponentModel.DataAnnotations;

namespace OrdersMcp.ServiceDefaults.Shutdown;

/// <summary>The configuration section <c>Shutdown</c>.</summary>
public sealed class ShutdownOptions
{
    public const string Section = "Shutdown";

    /// <summary>
    /// For how many seconds a service that is told to stop still answers new requests, while its readiness fails, so that every
    /// load balancer has noticed before the listeners close. 0 closes them at once.
    /// </summary>
    [Range(0, 300, ErrorMessage = "Shutdown:DrainSeconds must be from 0 to 300.")]
    public int DrainSeconds { get; set; }
}
