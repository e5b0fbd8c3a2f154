using System.Runtime.InteropServices;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>Sends signals to processes. .NET can send only one kind.</summary>
internal static class Signals
{
    public static void Send(int pid, PosixSignal signal) => Assert.Equal(0, Kill(pid, signal switch
    {
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGTERM => 15,
        _ => throw new ArgumentOutOfRangeException(nameof(signal)),
    }));

    public static void Kill(int pid) => Assert.Equal(0, Kill(pid, 9));

    /// <summary>Whether the process exists and is not a zombie.</summary>
    public static bool IsAlive(int pid) => Kill(pid, 0) == 0 && !IsZombie(pid);

    private static bool IsZombie(int pid)
    {
        try
        {
            // proc_pid_stat(5): the state follows the name, which is in parentheses.
            return File.ReadAllText($"/proc/{pid}/stat") is var stat && stat[stat.LastIndexOf(')') + 2] == 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
