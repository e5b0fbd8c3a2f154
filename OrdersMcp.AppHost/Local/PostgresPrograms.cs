using System.Globalization;
using System.Text.Json;

namespace OrdersMcp.AppHost.Local;

/// <summary>The programs of PostgreSQL: from the pinned npm package, or else the machine's own.</summary>
/// <param name="Folder">The folder with <c>postgres</c> and <c>initdb</c>.</param>
/// <param name="Version">The major version, which names the folder of its data.</param>
public sealed record PostgresPrograms(string Folder, int Version)
{
    private const int PinnedVersion = 18;

    /// <summary>The server.</summary>
    public string Postgres => Path.Combine(Folder, "postgres");

    /// <summary>Creates a data folder.</summary>
    public string InitDb => Path.Combine(Folder, "initdb");

    /// <param name="cache">The folder that keeps tools between runs.</param>
    /// <param name="say">Reports progress.</param>
    /// <param name="cancellation">Cancels the installation.</param>
    /// <exception cref="StartException">Neither is available.</exception>
    public static async Task<PostgresPrograms> FindAsync(string cache, Action<string> say, CancellationToken cancellation)
    {
        try
        {
            var installed = await new NpmPackage("postgres", cache).InstallAsync(say, UnpackAsync, cancellation);
            return new PostgresPrograms(Path.Combine(installed, "native", "bin"), PinnedVersion);
        }
        catch (StartException exception)
        {
            var own = Programs.Find("postgres", OwnFolders()) is { } found ? Path.GetDirectoryName(found)! : null;
            if (own is null || !File.Exists(Path.Combine(own, "initdb")))
            {
                throw new StartException($"{exception.Message}\nThe machine has no installed PostgreSQL either.", exception);
            }

            var output = await Programs.MustAsync("/", _ => { }, [Path.Combine(own, "postgres"), "--version"], cancellation);
            // "postgres (PostgreSQL) 15.14 (Debian …)"
            var major = int.Parse(output[0].Split(' ')[2].Split('.')[0], CultureInfo.InvariantCulture);
            say($"{exception.Message}\nUsing the machine's PostgreSQL {major} instead: {own}");
            return new PostgresPrograms(own, major);
        }
    }

    // Debian keeps the server's programs off PATH.
    private static string[] OwnFolders() => Directory.Exists("/usr/lib/postgresql")
        ? [.. Directory.GetDirectories("/usr/lib/postgresql")
            .OrderByDescending(folder => folder, StringComparer.Ordinal).Select(folder => Path.Combine(folder, "bin"))]
        : [];

    private static async Task UnpackAsync(string folder)
    {
        var package = Path.Combine(folder, "node_modules", Platform.Current.Postgres ?? "none");
        if (!Directory.Exists(package))
        {
            throw new StartException($"There is no PostgreSQL package for {Platform.Current}.");
        }

        // Does the work of the package's install script, which npm is told not to run.
        var list = await File.ReadAllBytesAsync(Path.Combine(package, "native", "pg-symlinks.json"));
        foreach (var link in JsonSerializer.Deserialize<Link[]>(list, JsonSerializerOptions.Web)!)
        {
            var target = Path.Combine(package, link.Target);
            if (!File.Exists(target))
            {
                File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(link.Target)!, link.Source));
            }
        }

        Directory.Move(Path.Combine(package, "native"), Path.Combine(folder, "native"));
        Directory.Delete(Path.Combine(folder, "node_modules"), recursive: true);
    }

    private sealed record Link(string Source, string Target);
}
