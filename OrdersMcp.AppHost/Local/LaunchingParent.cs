using System.Globalization;
using System.Runtime.InteropServices;

namespace OrdersMcp.AppHost.Local;

/// <summary>
/// <c>dotnet run</c> waits for this program. If it is killed, Ctrl+C no longer reaches this program and the ports stay taken,
/// so the system stops too. Any other parent may end, because that is how processes are detached.
/// </summary>
internal static class LaunchingParent
{
    /// <summary>The process id of the <c>dotnet run</c> that started this program; null for another parent.</summary>
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
                return null; // the parent has ended, or belongs to another user
            }
        }
    }

    [DllImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetParent();
}
