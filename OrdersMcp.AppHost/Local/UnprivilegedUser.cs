using System.Runtime.InteropServices;

namespace OrdersMcp.AppHost.Local;

/// <summary>The user that root switches to for PostgreSQL, which refuses to run as root.</summary>
internal sealed class UnprivilegedUser
{
    private readonly string _setPriv;
    private readonly string _name;
    private readonly uint _uid;
    private readonly uint _gid;

    private UnprivilegedUser(string setPriv, string name, uint uid, uint gid) =>
        (_setPriv, _name, _uid, _gid) = (setPriv, name, uid, gid);

    /// <summary>The user, or null if this process is not root.</summary>
    /// <exception cref="StartException">Root cannot switch to another user.</exception>
    public static UnprivilegedUser? ForRoot()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return null;
        }

        var setPriv = Programs.Find("setpriv") ?? throw new StartException(
            "PostgreSQL refuses to run as root, and setpriv (util-linux) is not installed to switch to another user. "
            + "Run this as another user.");
        var accounts = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length > 3)
            .ToDictionary(fields => fields[0], StringComparer.Ordinal);
        foreach (var name in new[] { "postgres", "nobody" })
        {
            if (accounts.TryGetValue(name, out var account))
            {
                return new UnprivilegedUser(setPriv, name, uint.Parse(account[2]), uint.Parse(account[3]));
            }
        }

        throw new StartException("PostgreSQL refuses to run as root, and neither the user postgres nor the user nobody exists.");
    }

    /// <summary>The program, run as this user with no way back to root.</summary>
    public string[] Run(params string[] command) =>
        [_setPriv, $"--reuid={_uid}", $"--regid={_gid}", "--clear-groups", "--no-new-privs", .. command];

    public void Own(string path)
    {
        if (ChangeOwner(path, _uid, _gid) != 0)
        {
            throw new StartException(
                $"{path} cannot be given to user {_name}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    /// <summary>Checks that this user can reach <paramref name="path"/>, which <paramref name="option"/> sets.</summary>
    /// <exception cref="StartException">A folder above it is closed to this user; the message names it.</exception>
    public async Task MustReachAsync(string path, string option, CancellationToken cancellation)
    {
        for (var folder = path; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if ((await Programs.RunAsync("/", _ => { }, Run("/usr/bin/test", "-x", folder), cancellation)).ExitCode == 0)
            {
                if (folder == path)
                {
                    return;
                }

                // This is the deepest reachable folder, so the next one is closed.
                var closed = path[..(path.IndexOf('/', folder.TrimEnd('/').Length + 1) is var end and > 0
                    ? end
                    : path.Length)];
                throw new StartException($"PostgreSQL has to run as user {_name}, who cannot enter {closed}. Choose a "
                    + $"folder that others can reach with {option} DIR, or open that one: chmod o+x {closed}");
            }
        }
    }

    [DllImport("libc", EntryPoint = "chown", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint owner, uint group);
}
