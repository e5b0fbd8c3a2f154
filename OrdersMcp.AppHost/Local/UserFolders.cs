namespace OrdersMcp.AppHost.Local;

/// <summary>The folders for this user's data and caches, by the conventions of the platform.</summary>
public static class UserFolders
{
    private const string Name = "ordersmcp";

    /// <summary>The folder kept between runs: the database and its password.</summary>
    public static string Data => Environment.GetEnvironmentVariable("ORDERSMCP_DATA") is { Length: > 0 } folder
        ? Path.GetFullPath(folder)
        : Default("XDG_DATA_HOME", "/var/lib", "Library/Application Support", ".local/share");

    /// <summary>The folder for tools, which can be downloaded again.</summary>
    public static string Cache => Environment.GetEnvironmentVariable("ORDERSMCP_CACHE") is { Length: > 0 } folder
        ? Path.GetFullPath(folder)
        : Default("XDG_CACHE_HOME", "/var/cache", "Library/Caches", ".cache");

    // PostgreSQL refuses to run as root, and the user that root switches to cannot reach folders in root's home. Root's
    // system therefore uses the folders of a system service.
    private static string Default(string variable, string system, string mac, string unix)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } parent && Path.IsPathRooted(parent))
        {
            return Path.Combine(parent, Name);
        }

        if (OperatingSystem.IsWindows())
        {
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), Name);
        }

        if (Environment.IsPrivilegedProcess)
        {
            return Path.Combine(system, Name);
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.Combine(home, OperatingSystem.IsMacOS() ? mac : unix, Name);
    }
}
