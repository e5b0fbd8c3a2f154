using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace OrdersMcp.AppHost.Local;

/// <summary>What the whole system has on this machine while it runs; it is let go of with the system.</summary>
internal sealed class LocalRun(LocalSettings settings) : IDisposable
{
    /// <summary>How the system runs on this machine.</summary>
    public LocalSettings Settings { get; } = settings;

    /// <summary>What is kept between runs.</summary>
    public DataFolder Data { get; } = new(settings.DataFolder);

    /// <summary>The ports that are this system's.</summary>
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
    /// Prepares a run on this machine: what is told on the console, and that nothing is left behind. What is published
    /// needs none of it.
    /// </summary>
    public static IDistributedApplicationBuilder WithLocalRun(this IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return builder;
        }

        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            // Else Ctrl+C returns before the processes of the system are gone.
            ["DcpPublisher:WaitForResourceCleanup"] = "true",
            // Aspire stops when the CLI that started it has ended; `dotnet run` is such a one.
            ["ASPIRE_CLI_PID"] = builder.Configuration["ASPIRE_CLI_PID"] ?? LaunchingParent.DotNetRun,
        });
        var run = builder.LocalRun();
        builder.Services.AddSingleton(_ => run); // by a factory: the container disposes of it
        // Before the orchestrator, which is started only when nothing waits for anything any more.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService, ConsoleReport>());
        return builder.WithDashboardCheck();
    }

    /// <summary>What the system has on this machine.</summary>
    public static LocalRun LocalRun(this IDistributedApplicationBuilder builder) =>
        Runs.GetValue(builder, static builder => new(new(builder.Configuration, builder.AppHostDirectory)));
}
