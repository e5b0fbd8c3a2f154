using System.Runtime.InteropServices;

namespace OrdersMcp.AppHost.Embedded.Processes;

/// <summary>
/// <c>dotnet run</c> waits for this host. When it is killed, nobody can reach the host any more (Ctrl+C goes nowhere,
/// the ports stay taken), so the host stops too. Any other parent may end: that is how one detaches a process.
/// </summary>
internal static class LaunchingParent
{
    public static async Task WatchAsync(Shutdown shutdown)
    {
        var parent = GetParent();
        if (!IsDotNetRun(parent))
        {
            return;
        }

        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(shutdown.Requested))
            {
                if (GetParent() != parent)
                {
                    shutdown.Request("dotnet run has ended");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The stack stops anyway.
        }
    }

    private static bool IsDotNetRun(int pid)
    {
        try
        {
            // Linux only; elsewhere nothing is watched.
            var arguments = File.ReadAllText($"/proc/{pid}/cmdline").Split('\0');
            return Path.GetFileName(arguments[0]) == "dotnet" && arguments.Contains("run", StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetParent();
}
