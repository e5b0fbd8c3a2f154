using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace OrdersMcp.AppHost.Local;

/// <summary>The resources of a running system on this machine, released when the system stops.</summary>
internal sealed class LocalRun(LocalSettings settings) : IDisposable
{
    /// <summary>How the system runs on this machine.</summary>
    public LocalSettings Settings { get; } = settings;

    /// <summary>The data that is kept between runs.</summary>
    public DataFolder Data { get; } = new(settings.DataFolder);

    /// <summary>The ports of this system.</summary>
    public PortClaims Ports { get; } = new();

    public void Dispose()
    {
        Ports.Dispose();
        Data.Dispose();
    }
}

internal static class LocalRuns
{
    private static readonly ConditionalWeakTable<IDistributedApplicationBuilder, LocalRun> Runs = [];

    /// <summary>
    /// Prepares a run on this machine: reports to the console, and a clean stop. Publishing needs none of this.
    /// </summary>
    public static IDistributedApplicationBuilder WithLocalRun(this IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return builder;
        }

        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            // Otherwise Ctrl+C returns before the processes of the system are gone.
            ["DcpPublisher:WaitForResourceCleanup"] = "true",
            // Aspire stops when the CLI that started it has ended. `dotnet run` counts as such a CLI.
            ["ASPIRE_CLI_PID"] = builder.Configuration["ASPIRE_CLI_PID"] ?? LaunchingParent.DotNetRun,
        });
        var run = builder.LocalRun();
        builder.Services.AddSingleton(_ => run); // from a factory, so that the container disposes it
        // Before the orchestrator, whose start completes only when no resource waits for another any more.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService, ConsoleReport>());
        return builder.WithDashboardCheck();
    }

    /// <summary>The run of the system on this machine.</summary>
    public static LocalRun LocalRun(this IDistributedApplicationBuilder builder) =>
        Runs.GetValue(builder, static builder => new(new(builder.Configuration, builder.AppHostDirectory)));
}
