using System.Diagnostics;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>The real Inspector on the command line.</summary>
internal static class InspectorCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Its exit code, and what it wrote: the result's JSON, or on failure everything.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string endpoint, string protocolEra, params string[] arguments)
    {
        var inspector = await InstalledTools.InspectorAsync();
        var (exitCode, output, error) = await ProgramRun.RunAsync(new ProcessStartInfo(inspector.Node, [
            inspector.Script, "--cli", endpoint, "--transport", "http", "--protocol-era", protocolEra, .. arguments,
        ]), Patience);
        return (exitCode, exitCode == 0 ? output : output + error);
    }
}
