namespace OrdersMcp.AppHost.Embedded.Resources;

/// <summary>
/// PostgreSQL's lock file. A server that was killed leaves it behind, and when its number belongs to another process
/// by then (usual after a container's restart), PostgreSQL believes that the server still runs.
/// </summary>
internal static class PostmasterPid
{
    /// <summary>Removes a stale lock file, after a server that is just going down has gone.</summary>
    /// <exception cref="StackException">A server really uses the folder.</exception>
    public static async Task ClearAsync(string folder, CancellationToken cancellation)
    {
        var file = Path.Combine(folder, "postmaster.pid");
        // The guardian of a killed host gives its PostgreSQL 5 s to stop.
        var deadline = Environment.TickCount64 + 8_000;
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
                throw new StackException($"The database in {folder} is in use by a running PostgreSQL (process {pid}). "
                    + $"Stop it (kill -INT {pid}), or choose another folder: --data DIR.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
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
            // A server's working directory is its data folder. A zombie has none.
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
