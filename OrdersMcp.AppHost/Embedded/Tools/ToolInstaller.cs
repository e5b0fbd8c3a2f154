using System.Security.Cryptography;
using System.Text.Json;
using OrdersMcp.AppHost.Embedded.Processes;

namespace OrdersMcp.AppHost.Embedded.Tools;

/// <summary>A tool cannot be had from npm here; the message says why.</summary>
internal sealed class ToolUnavailableException(string message) : Exception(message);

/// <summary>
/// Installs a tool once, with <c>npm ci</c> from its committed lock file, into the user's cache. What is there is
/// complete: the work is done in a temporary folder beside it that is renamed at the end.
/// </summary>
/// <param name="cacheDirectory">Where tools are kept between runs.</param>
/// <param name="guardian">Ends an npm that outlives this process.</param>
/// <param name="report">Where progress is told.</param>
/// <param name="lockFiles">The folder that has a folder with package.json and package-lock.json for each tool.</param>
internal sealed class ToolInstaller(string cacheDirectory, Guardian guardian, ConsoleReport report, string lockFiles = "Embedded/Tools")
{
    private readonly string _tools = Path.Combine(cacheDirectory, "tools");

    /// <summary>
    /// Installs <paramref name="tool"/> (the folder of its lock file) unless it is there already. Before it is taken
    /// into use, <paramref name="finish"/> puts the unpacked folder in order.
    /// </summary>
    /// <returns>The folder that holds <c>node_modules</c>, or what <paramref name="finish"/> made of it.</returns>
    /// <exception cref="ToolUnavailableException">No npm, no network, or no package for this machine.</exception>
    public async Task<string> InstallAsync(
        string tool, Func<string, CancellationToken, Task> finish, CancellationToken cancellation)
    {
        var source = Path.Combine(AppContext.BaseDirectory, lockFiles, tool);
        var manifest = await File.ReadAllBytesAsync(Path.Combine(source, "package.json"), cancellation);
        var locked = await File.ReadAllBytesAsync(Path.Combine(source, "package-lock.json"), cancellation);
        var hash = Convert.ToHexStringLower(SHA256.HashData([.. manifest, .. locked]))[..12];
        var target = Path.Combine(_tools, $"{tool}-{hash}");
        if (Directory.Exists(target))
        {
            return target;
        }

        CreateCache();
        using var held = await HoldAsync(tool, cancellation);
        if (Directory.Exists(target))
        {
            return target;
        }

        // What an installation that was cut short left behind; the lock says that nobody works in it.
        foreach (var abandoned in Directory.GetDirectories(_tools, $".{tool}-*"))
        {
            TryDelete(abandoned);
        }

        var work = Directory.CreateDirectory(Path.Combine(_tools, $".{tool}-{Path.GetRandomFileName()}")).FullName;
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(work, "package.json"), manifest, cancellation);
            await File.WriteAllBytesAsync(Path.Combine(work, "package-lock.json"), locked, cancellation);
            var package = JsonSerializer.Deserialize<Package>(manifest, JsonSerializerOptions.Web)!;
            await NpmAsync(tool, package.Tool, work, cancellation);
            await finish(work, cancellation);
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
            // Renamed into place, or an npm that is just being stopped still writes there; the next start tries again.
        }
    }

    private async Task NpmAsync(string tool, ToolFacts facts, string work, CancellationToken cancellation)
    {
        var npm = Executable.Find("npm") ?? throw new ToolUnavailableException(
            $"{facts.Title} comes from npm, and npm is not on PATH. Install Node (https://nodejs.org).");
        report.State(tool, "installing", $"{facts.Title}, about {facts.DownloadMegabytes} MB to download, once");

        var npmCi = new Launch(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        {
            WorkingDirectory = work,
        };
        using var progress = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reporting = ReportProgressAsync(tool, facts, work, progress.Token);
        var (exitCode, output) = await Command.RunAsync(npmCi, guardian, cancellation);
        await progress.CancelAsync();
        await reporting;
        if (exitCode != 0)
        {
            var told = string.Join('\n', output.Where(line => line.Length > 0).Take(6).Select(line => "  " + line));
            throw new ToolUnavailableException($"{facts.Title} could not be installed: npm ended with {exitCode}.\n{told}");
        }
    }

    private async Task ReportProgressAsync(string tool, ToolFacts facts, string work, CancellationToken cancellation)
    {
        long told = 0;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                var megabytes = Megabytes(work);
                if (megabytes > told)
                {
                    told = megabytes;
                    report.State(tool, "installing", $"{megabytes} of about {facts.InstalledMegabytes} MB unpacked");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // npm is done.
        }
    }

    private static long Megabytes(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)
                / 1_000_000;
        }
        catch (IOException)
        {
            // npm renames folders while it works.
            return 0;
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
            throw new StackException($"The cache folder {_tools} cannot be made: {exception.Message} "
                + "Choose another with --cache DIR.", exception);
        }
    }

    /// <summary>Waits until no other host installs the same tool.</summary>
    private async Task<FileStream> HoldAsync(string tool, CancellationToken cancellation)
    {
        var told = false;
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(_tools, $"{tool}.lock"), FileMode.OpenOrCreate,
                    FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                if (!told)
                {
                    told = true;
                    report.State(tool, "waiting", "another stack is installing it");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellation);
            }
        }
    }

    private sealed record Package(ToolFacts Tool);

    private sealed record ToolFacts(string Title, int DownloadMegabytes, int InstalledMegabytes);
}
