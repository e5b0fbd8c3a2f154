namespace OrdersMcp.AppHost.Local;

/// <summary>
/// PostgreSQL's lock file. A killed server leaves it behind. If another process has its number by then (common after a
/// container restart), PostgreSQL believes that the server still runs.
/// </summary>
internal static class PostmasterPid
{
    /// <summary>Removes a stale lock file, after waiting for a stopping server.</summary>
    /// <exception cref="StartException">A running server uses the folder.</exception>
    public static async Task ClearAsync(string folder, CancellationToken cancellation)
    {
        var file = Path.Combine(folder, "postmaster.pid");
        // If a host was killed, its orchestrator may still be stopping PostgreSQL.
        var deadline = Environment.TickCount64 + 8_000;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (File.Exists(file))
        {
            var pid = await ReadPidAsync(file, cancellation);
            if (!IsServerOf(folder, pid))
            {
                File.Delete(file);
                return;
            }

            if (Environment.TickCount64 > deadline)
            {
                throw new StartException($"The database in {folder} is in use by a running PostgreSQL (process {pid}). "
                    + $"Stop it (kill -INT {pid}), or choose another folder: --data DIR");
            }

            await timer.WaitForNextTickAsync(cancellation);
        }
    }

    /// <summary>
    /// Whether the server reports that it accepts connections; <c>pg_ctl</c> uses the same status. Connecting instead would
    /// write an error to the server's log for each attempt before it is ready.
    /// (PostgreSQL source, src/include/utils/pidfile.h: LOCK_FILE_LINE_PM_STATUS.)
    /// </summary>
    public static async Task<bool> IsReadyAsync(string folder, CancellationToken cancellation)
    {
        const int StatusLine = 7;
        try
        {
            var lines = await File.ReadAllLinesAsync(Path.Combine(folder, "postmaster.pid"), cancellation);
            return lines.Length > StatusLine && lines[StatusLine].Trim() == "ready";
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    private static async Task<int> ReadPidAsync(string file, CancellationToken cancellation)
    {
        try
        {
            var lines = await File.ReadAllLinesAsync(file, cancellation);
            return lines.Length > 0 && int.TryParse(lines[0], out var pid) ? pid : 0;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    private static bool IsServerOf(string folder, int pid)
    {
        if (pid <= 0)
        {
            return false;
        }

        try
        {
            // The working directory of a server is its data folder. A zombie has none.
            return OperatingSystem.IsLinux()
                ? File.ResolveLinkTarget($"/proc/{pid}/cwd", returnFinalTarget: false)?.FullName == folder
                : System.Diagnostics.Process.GetProcessById(pid).ProcessName == "postgres";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
