using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer;

/// <summary>The command <c>tools</c> in its own process.</summary>
internal static partial class ToolsProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static Task<(int ExitCode, string Output, string Error)> RunAsync(
        string[] arguments, params (string Key, string? Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [BuiltProgram.Path("OrdersMcp.McpServer"), "tools", .. arguments])
        {
            WorkingDirectory = Path.GetDirectoryName(BuiltProgram.Path("OrdersMcp.McpServer")),
        };
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        return ProgramRun.RunAsync(start, Patience);
    }

    /// <summary>
    /// The cost of making the tools of a document. Processor time does not depend on other programs. One thread does all of the
    /// work, so it is also the elapsed time on an idle machine.
    /// </summary>
    public static async Task AssertLightAsync(string file, TimeSpan limit, int megabytes)
    {
        var (exitCode, output, error) = await RunAsync(["--document", file]);

        Assert.True(exitCode == 0, error);
        var effort = Effort().Match(output);
        Assert.True(effort.Success, output);
        TestContext.Current.TestOutputHelper!.WriteLine($"{output.Split('\n')[0]}\n{effort.Value}");
        Assert.InRange(double.Parse(effort.Groups["seconds"].Value, CultureInfo.InvariantCulture), 0, limit.TotalSeconds);
        Assert.InRange(int.Parse(effort.Groups["megabytes"].Value, CultureInfo.InvariantCulture), 0, megabytes);
    }

    [GeneratedRegex(
        "(?<seconds>[0-9.]+) s of processor time, (?<megabytes>[0-9]+) MB of memory at most",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Effort();
}
