using System.Diagnostics;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer;

/// <summary>The server over stdio, with its whole input at once, as a shell pipes it: <c>printf … | server</c>.</summary>
internal static class StdioProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task<(int ExitCode, string Output, string Error)> RunAsync(string apiAddress, string input) =>
        RunAsync(["--stdio", "--api", apiAddress, "--Audit:Api="], input);

    public static Task<(int ExitCode, string Output, string Error)> RunAsync(
        string[] arguments, string input, params (string Key, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [BuiltProgram.Path("OrdersMcp.McpServer"), .. arguments]);
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        return ProgramRun.RunAsync(start, Patience, input);
    }
}
