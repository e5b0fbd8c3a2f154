namespace OrdersMcp.AppHost.Local;

/// <summary>
/// A tool in the user's cache, installed once. An installed folder is always complete, because the installation runs in
/// another folder that is renamed at the end.
/// </summary>
/// <param name="name">The name of the tool.</param>
/// <param name="cache">The folder that keeps tools between runs.</param>
internal sealed class ToolFolder(string name, string cache)
{
    private readonly string _tools = Path.Combine(cache, "tools");

    /// <summary>Installs the tool if this version of it is not installed yet.</summary>
    /// <param name="version">What distinguishes it from other versions.</param>
    /// <param name="say">Reports progress.</param>
    /// <param name="install">Installs it into an empty folder.</param>
    /// <param name="cancellation">Ends the installation; nothing unfinished is used later.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="StartException">The cache cannot be used, or the installation failed.</exception>
    public async Task<string> InstallAsync(string version, Action<string> say, Func<string, Task> install, CancellationToken cancellation)
    {
        var target = Path.Combine(_tools, $"{name}-{version}");
        if (Directory.Exists(target))
        {
            return target;
        }

        CreateCache();
        using var held = await HoldAsync(say, cancellation);
        if (Directory.Exists(target))
        {
            return target;
        }

        // Left behind by an interrupted installation. This process holds the lock, so no other process uses it.
        foreach (var abandoned in Directory.GetDirectories(_tools, $".{name}-*"))
        {
            TryDelete(abandoned);
        }

        var work = Directory.CreateDirectory(Path.Combine(_tools, $".{name}-{Path.GetRandomFileName()}")).FullName;
        try
        {
            await install(work);
            Directory.Move(work, target);
            return target;
        }
        finally
        {
            TryDelete(work);
        }
    }

    private static void TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // Already renamed, or a stopping installer still writes there. The next start tries again.
        }
    }

    private void CreateCache()
    {
        try
        {
            Directory.CreateDirectory(_tools);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The cache folder {_tools} cannot be made: {exception.Message} Choose another with --cache DIR.", exception);
        }
    }

    /// <summary>Waits until no other process installs the same tool.</summary>
    private async Task<HeldFile> HoldAsync(Action<string> say, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        for (var told = false; ; told = true)
        {
            if (HeldFile.TryTake(Path.Combine(_tools, $"{name}.lock"), out var holder) is { } held)
            {
                return held;
            }

            if (!told)
            {
                say($"Waiting: another process{holder} is installing {name}");
            }

            await timer.WaitForNextTickAsync(cancellation);
        }
    }
}
