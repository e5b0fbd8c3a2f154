using System.Text.Json;
using OrdersMcp.AppHost.Embedded.Processes;
using OrdersMcp.AppHost.Embedded.Tools;

namespace OrdersMcp.AppHost.Embedded.Resources;

/// <summary>The PostgreSQL programs: out of the pinned npm package, else the machine's own.</summary>
/// <param name="Directory">Where <c>postgres</c> and <c>initdb</c> are.</param>
/// <param name="Version">The major version, which names the folder of the data it can read.</param>
internal sealed record PostgresBinaries(string Directory, int Version)
{
    private const int PinnedVersion = 18;

    public string Postgres => Path.Combine(Directory, "postgres");

    public string InitDb => Path.Combine(Directory, "initdb");

    /// <exception cref="StackException">Neither can be had.</exception>
    public static async Task<PostgresBinaries> FindAsync(
        ToolInstaller tools, Guardian guardian, ConsoleReport report, CancellationToken cancellation)
    {
        try
        {
            var installed = await tools.InstallAsync("postgres", UnpackAsync, cancellation);
            return new PostgresBinaries(Path.Combine(installed, "native", "bin"), PinnedVersion);
        }
        catch (ToolUnavailableException exception)
        {
            var own = Executable.Find("postgres", OwnFolders()) is { } found ? Path.GetDirectoryName(found)! : null;
            if (own is null || !File.Exists(Path.Combine(own, "initdb")))
            {
                throw new StackException($"{exception.Message}\nThe machine has no PostgreSQL of its own either.");
            }

            var version = new Launch(Path.Combine(own, "postgres"), "--version");
            var (_, output) = await Command.RunAsync(version, guardian, cancellation);
            // "postgres (PostgreSQL) 15.14 (Debian …)"
            var major = int.Parse(output[0].Split(' ')[2].Split('.')[0]);
            report.Warning($"{exception.Message}\nThe machine's own PostgreSQL {major} is used instead: {own}");
            return new PostgresBinaries(own, major);
        }
    }

    // Debian keeps the server's programs off PATH.
    private static string[] OwnFolders() => System.IO.Directory.Exists("/usr/lib/postgresql")
        ? [.. System.IO.Directory.GetDirectories("/usr/lib/postgresql")
            .OrderByDescending(folder => folder, StringComparer.Ordinal).Select(folder => Path.Combine(folder, "bin"))]
        : [];

    private static async Task UnpackAsync(string folder, CancellationToken cancellation)
    {
        var package = Path.Combine(folder, "node_modules", Platform.Current.Postgres ?? "none");
        if (!System.IO.Directory.Exists(package))
        {
            throw new ToolUnavailableException($"There is no PostgreSQL package for {Platform.Current}.");
        }

        // What the package's install script would do, which npm is told not to run.
        var list = await File.ReadAllBytesAsync(Path.Combine(package, "native", "pg-symlinks.json"), cancellation);
        foreach (var link in JsonSerializer.Deserialize<Link[]>(list, JsonSerializerOptions.Web)!)
        {
            var target = Path.Combine(package, link.Target);
            var pointsTo = Path.GetRelativePath(Path.GetDirectoryName(link.Target)!, link.Source);
            if (!File.Exists(target))
            {
                File.CreateSymbolicLink(target, pointsTo);
            }
        }

        System.IO.Directory.Move(Path.Combine(package, "native"), Path.Combine(folder, "native"));
        System.IO.Directory.Delete(Path.Combine(folder, "node_modules"), recursive: true);
    }

    private sealed record Link(string Source, string Target);
}
