using System.Globalization;
using System.Runtime.InteropServices;

namespace OrdersMcp.AppHost.Local;

/// <summary>
/// <c>dotnet run</c> waits for this program. When it is killed, nobody can reach this program any more (Ctrl+C goes nowhere,
/// the ports stay taken), so the system stops too. Any other parent may end: that is how one detaches a process.
/// </summary>
internal static class LaunchingParent
{
    /// <summary>The process id of the <c>dotnet run</c> that started this program; null where another parent did.</summary>
    public static string? DotNetRun
    {
        get
        {
            if (!OperatingSystem.IsLinux())
            {
                return null;
            }

            var parent = GetParent();
            try
            {
                var arguments = File.ReadAllText($"/proc/{parent}/cmdline").Split('\0');
                return Path.GetFileName(arguments[0]) == "dotnet" && arguments.Contains("run", StringComparer.Ordinal)
                    ? parent.ToString(CultureInfo.InvariantCulture)
                    : null;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return null; // it has ended meanwhile, or is another user's
            }
        }
    }

    [DllImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetParent();
}
