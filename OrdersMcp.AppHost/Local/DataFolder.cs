using System.Security.Cryptography;
using System.Text;

namespace OrdersMcp.AppHost.Local;

/// <summary>The data folder, kept between runs and held by one system at a time.</summary>
internal sealed class DataFolder(string path) : IDisposable
{
    private readonly Lock _claiming = new();
    private HeldFile? _held;

    public string Path => path;

    /// <summary>A short name for things that belong to the folder but are kept elsewhere.</summary>
    public string Key => KeyOf(path);

    /// <summary>The audit journal of the MCP server.</summary>
    public string Audit => System.IO.Path.Combine(path, "audit");

    /// <summary>The data of the Inspector.</summary>
    public string Inspector => System.IO.Path.Combine(path, "inspector");

    /// <summary>The settings of Garnet, with its password.</summary>
    public string Garnet => System.IO.Path.Combine(path, "garnet.json");

    /// <summary>The password of PostgreSQL's superuser.</summary>
    public string PasswordFile => System.IO.Path.Combine(path, "postgres-password");

    /// <summary>Takes the folder for this system, as long as this process lives.</summary>
    /// <exception cref="StartException">Another running system holds the folder, or it cannot be created.</exception>
    public void Claim()
    {
        lock (_claiming)
        {
            _held ??= Hold();
        }
    }

    /// <summary>The first 32 bits of a path's SHA-256, in hexadecimal.</summary>
    public static string KeyOf(string path) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..8];

    /// <summary>A text of 192 random bits that needs no escaping in a URL, a header or a connection string.</summary>
    public static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    /// <summary>Writes a file for this user only, atomically: a reader never sees a partial file.</summary>
    public static void WriteSecretFile(string path, string content)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(temporary, options))
        {
            writer.Write(content);
        }

        File.Move(temporary, path, overwrite: true);
    }

    public void Dispose() => _held?.Dispose();

    private HeldFile Hold()
    {
        try
        {
            Directory.CreateDirectory(path);
            if (!OperatingSystem.IsWindows())
            {
                // Other users can enter the folder (PostgreSQL may have to run as another user), but not list it.
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                    | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            }

            return HeldFile.TryTake(System.IO.Path.Combine(path, "lock"), out var holder) ?? throw new StartException(
                $"The data folder {path} is in use by another running system{holder}. Stop it, or choose another folder: --data DIR");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The data folder {path} cannot be used: {exception.Message} Choose another with --data DIR", exception);
        }
    }
}
