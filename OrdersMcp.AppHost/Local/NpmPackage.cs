using System.Security.Cryptography;
using System.Text.Json;

namespace OrdersMcp.AppHost.Local;

/// <summary>
/// A tool from npm, installed once into the user's cache with <c>npm ci</c> from its committed lock file.
/// </summary>
/// <param name="name">The folder of the lock file.</param>
/// <param name="cache">The folder that keeps tools between runs.</param>
/// <param name="lockFiles">The folder, next to this program, with a folder for each tool.</param>
public sealed class NpmPackage(string name, string cache, string lockFiles = "Tools")
{
    /// <summary>Installs the tool if it is not installed yet.</summary>
    /// <param name="say">Reports progress.</param>
    /// <param name="finish">Prepares the unpacked folder for use.</param>
    /// <param name="cancellation">Ends the installation; nothing unfinished is used later.</param>
    /// <returns>The folder with <c>node_modules</c>, or the files that <paramref name="finish"/> kept.</returns>
    /// <exception cref="StartException">No npm, no network, or no package for this machine.</exception>
    public async Task<string> InstallAsync(Action<string> say, Func<string, Task>? finish, CancellationToken cancellation)
    {
        var source = Path.Combine(AppContext.BaseDirectory, lockFiles, name);
        var manifest = await File.ReadAllBytesAsync(Path.Combine(source, "package.json"), cancellation);
        var locked = await File.ReadAllBytesAsync(Path.Combine(source, "package-lock.json"), cancellation);
        var hash = Convert.ToHexStringLower(SHA256.HashData([.. manifest, .. locked]))[..12];
        return await new ToolFolder(name, cache).InstallAsync(hash, say, async work =>
        {
            await File.WriteAllBytesAsync(Path.Combine(work, "package.json"), manifest, cancellation);
            await File.WriteAllBytesAsync(Path.Combine(work, "package-lock.json"), locked, cancellation);
            var facts = JsonSerializer.Deserialize<Package>(manifest, JsonSerializerOptions.Web)!.Tool;
            await NpmAsync(facts, work, say, cancellation);
            await (finish?.Invoke(work) ?? Task.CompletedTask);
        }, cancellation);
    }

    private static async Task NpmAsync(ToolFacts facts, string work, Action<string> say, CancellationToken cancellation)
    {
        var npm = Programs.Find("npm") ?? throw new StartException(
            $"{facts.Title} comes from npm, and npm is not on PATH. Install Node (https://nodejs.org).");
        say($"Downloading {facts.Title}, {facts.DownloadMegabytes} MB");
        using var progress = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var telling = TellProgressAsync(facts, work, say, progress.Token);
        var (exitCode, output) = await Programs.RunAsync(
            work, _ => { }, [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cancellation);
        await progress.CancelAsync();
        await telling;
        if (exitCode != 0)
        {
            var told = string.Join('\n', output.Take(6).Select(line => "  " + line));
            throw new StartException($"{facts.Title} could not be installed: npm ended with {exitCode}.\n{told}");
        }
    }

    private static async Task TellProgressAsync(ToolFacts facts, string work, Action<string> say, CancellationToken cancellation)
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
                    say($"Unpacking {facts.Title}, {megabytes} of {facts.InstalledMegabytes} MB");
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
            return new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) / 1_000_000;
        }
        catch (IOException)
        {
            // npm renames folders while it works.
            return 0;
        }
    }

    private sealed record Package(ToolFacts Tool);

    private sealed record ToolFacts(string Title, int DownloadMegabytes, int InstalledMegabytes);
}
