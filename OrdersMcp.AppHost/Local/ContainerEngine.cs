using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;

namespace OrdersMcp.AppHost.Local;

/// <summary>The container engine of this machine, where one runs.</summary>
internal static class ContainerEngine
{
    private static readonly string[] Clients = ["docker", "podman"];

    /// <summary>An engine that says nothing for so long would not start a container in reasonable time either.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly Lazy<bool> Runs = new(Ask);

    /// <summary>
    /// Whether PostgreSQL and the Inspector are containers: where an engine runs, unless the setting <c>Containers</c>
    /// (true, false) says otherwise. What is published always has containers.
    /// </summary>
    public static bool UsesContainers(this IDistributedApplicationBuilder builder) =>
        builder.ExecutionContext.IsPublishMode
        || (builder.Configuration.GetValue<bool?>("Containers") ?? Runs.Value);

    /// <summary>
    /// Asks Aspire's own orchestrator (<c>dcp info</c>), which would run the containers. A client without an engine is none.
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
