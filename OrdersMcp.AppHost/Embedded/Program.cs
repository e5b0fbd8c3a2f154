using System.Runtime.Versioning;
using OrdersMcp.AppHost.Embedded;

// The signals, sessions and file modes that this host lives by are Unix ones; on Windows it says so and ends.
[assembly: UnsupportedOSPlatform("windows")]

var report = new ConsoleReport();

if (OperatingSystem.IsWindows())
{
    report.Error("The embedded stack does not run on Windows. Start a container engine (Docker Desktop, Podman) and "
        + "this command runs the stack with Aspire, or run it inside WSL.");
    return ExitCode.Failed;
}

StackOptions options;
try
{
    options = StackOptions.Parse(args);
    if (!options.Help)
    {
        LaunchProfile.MustBeServed(Environment.GetEnvironmentVariable(LaunchProfile.Variable));
    }
}
catch (OptionException exception)
{
    report.Error(exception.Message);
    return ExitCode.Usage;
}

if (options.Help)
{
    Console.WriteLine(StackOptions.HelpText);
    return ExitCode.Stopped;
}

using var shutdown = new Shutdown();
try
{
    await using var stack = new Stack(options, report, shutdown);
    await stack.RunAsync();
    return ExitCode.Stopped;
}
catch (StackException exception)
{
    report.Error(exception.Message);
    return ExitCode.Failed;
}
