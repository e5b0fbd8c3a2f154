using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;

namespace OrdersMcp.AppHost.Local;

/// <summary>The container engine of this machine, if one runs.</summary>
internal static class ContainerEngine
{
    private static readonly string[] Clients = ["docker", "podman"];

    /// <summary>An engine that does not respond within this time would not start a container in reasonable time either.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly Lazy<bool> Runs = new(Ask);

    /// <summary>
    /// Whether PostgreSQL and the Inspector are containers: by the setting <c>Containers</c> (true, false), and by default if
    /// an engine runs. A published system always uses containers.
    /// </summary>
    public static bool UsesContainers(this IDistributedApplicationBuilder builder) =>
        builder.ExecutionContext.IsPublishMode
        || (builder.Configuration.GetValue<bool?>("Containers") ?? Runs.Value);

    /// <summary>
    /// Asks Aspire's orchestrator (<c>dcp info</c>), which would run the containers. A client without an engine does not count.
    /// </summary>
    private static bool Ask()
    {
        var orchestrator = typeof(ContainerEngine).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(attribute => string.Equals(attribute.Key, "dcpclipath", StringComparison.OrdinalIgnoreCase))?.Value;
        if (orchestrator is null || !Array.Exists(Clients, client => Programs.Find(client) is not null || Programs.Find(client + ".exe") is not null))
        {
            return false;
        }

        using var process = Process.Start(new ProcessStartInfo(orchestrator, ["info"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var told = process.StandardOutput.ReadToEndAsync();
        if (!told.Wait(Patience))
        {
            process.Kill(entireProcessTree: true);
            return false;
        }

        return (bool?)JsonNode.Parse(told.Result)?["containers"]?["running"] ?? false;
    }
}
