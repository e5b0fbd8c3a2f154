using System.Runtime.InteropServices;

namespace OrdersMcp.AppHost.Embedded.Processes;

/// <summary>The signals that end a child (POSIX numbers, the same on Linux and macOS).</summary>
internal enum Signal
{
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
}

internal static class Signals
{
    /// <summary>Signals one process. One that has ended already is no error: that was the wish.</summary>
    public static void Send(int pid, Signal signal) => _ = Kill(pid, (int)signal);

    /// <summary>Kills every process of the group that the child leads.</summary>
    public static void KillGroup(int pid) => _ = Kill(-pid, (int)Signal.Kill);

    /// <summary>
    /// Undoes that a shell script's <c>&amp;</c> starts its jobs with SIGINT ignored, which .NET and the children would
    /// keep: a <c>kill -INT</c> is meant. (SIGHUP stays ignored where it is: that is nohup's purpose.)
    /// </summary>
    public static void HeedInterrupt() => _ = SetHandler((int)Signal.Interrupt, DefaultHandler);

    private const nint DefaultHandler = 0;

    [DllImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint SetHandler(int signal, nint handler);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
