using OrdersMcp.AppHost.Embedded;
using OrdersMcp.AppHost.Embedded.Processes;
using OrdersMcp.AppHost.Embedded.Resources;
using OrdersMcp.AppHost.Embedded.Tools;

namespace OrdersMcp.Tests.Hosting;

/// <summary>The programs that the AppHost installs, for tests that run them themselves: the same versions, one copy.</summary>
internal static class InstalledTools
{
    private static readonly Lazy<Task<PostgresBinaries>> PostgresPrograms = new(() => WithInstallerAsync(
        (tools, guardian) => PostgresBinaries.FindAsync(tools, guardian, new ConsoleReport(), CancellationToken.None)));

    private static readonly Lazy<Task<InspectorProgram>> InspectorPrograms = new(() => WithInstallerAsync(
        (tools, guardian) => InspectorProgram.FindAsync(tools, guardian, CancellationToken.None)));

    private static readonly Lazy<Task<string>> ConformanceSuite = new(() => WithInstallerAsync(
        (tools, _) => tools.InstallAsync("conformance", (_, _) => Task.CompletedTask, CancellationToken.None), "Tools"));

    public static Task<PostgresBinaries> PostgresAsync() => PostgresPrograms.Value;

    public static Task<InspectorProgram> InspectorAsync() => InspectorPrograms.Value;

    /// <summary>The script of the official MCP conformance suite.</summary>
    public static async Task<string> ConformanceAsync() => Path.Combine(
        await ConformanceSuite.Value, "node_modules", "@modelcontextprotocol", "conformance", "dist", "index.js");

    private static async Task<T> WithInstallerAsync<T>(Func<ToolInstaller, Guardian, Task<T>> find, string lockFiles = "Embedded/Tools")
    {
        // The guardian ends an npm that is running when the test run is killed.
        using var guardian = new Guardian(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
        return await find(new ToolInstaller(UserFolders.Cache, guardian, new ConsoleReport(), lockFiles), guardian);
    }
}
