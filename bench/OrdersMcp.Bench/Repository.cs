using System.Diagnostics;

namespace OrdersMcp.Bench;

/// <summary>The checkout that is measured.</summary>
internal static class Repository
{
    /// <summary>The folder that holds <c>artifacts/</c>, in which this program lies.</summary>
    public static string Root { get; } = Find();

    /// <summary>The commit, and whether anything is changed since.</summary>
    public static string Commit()
    {
        var commit = Git("rev-parse", "--short=12", "HEAD");
        return commit is null ? "unknown"
            : string.IsNullOrEmpty(Git("status", "--porcelain", "--untracked-files=no")) ? commit
            : $"{commit} with uncommitted changes";
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!string.Equals(folder.Name, "artifacts", StringComparison.Ordinal))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("Start it with dotnet run, from its checkout.");
        }

        return folder.Parent!.FullName;
    }

    private static string? Git(params string[] arguments)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", Root, .. arguments])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var output = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // no git here
        }
    }
}
