using System.Security.Cryptography;

namespace OrdersMcp.AppHost.Embedded;

/// <summary>
/// What is kept between runs. One host at a time holds it; its lock goes with the process, however that ends.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;

    /// <exception cref="StackException">Another running stack holds the folder, or it cannot be made.</exception>
    public DataFolder(string path)
    {
        Path = path;
        try
        {
            // Others may pass through (PostgreSQL may have to run as another user) but not look around.
            Directory.CreateDirectory(path);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StackException($"The data folder {path} cannot be used: {exception.Message} "
                + "Choose another with --data DIR.", exception);
        }

        _lock = Hold();
        File.Delete(ManifestPath);
    }

    public string Path { get; }

    public string ManifestPath => System.IO.Path.Combine(Path, "stack.json");

    public string PasswordPath => System.IO.Path.Combine(Path, "postgres-password");

    private string HolderPath => System.IO.Path.Combine(Path, "host.pid");

    /// <summary>A token of 192 random bits that needs no escaping in a URL, a header or a connection string.</summary>
    public static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    /// <summary>Writes a file that only this user can read, all at once: a reader never sees half of it.</summary>
    public static void WriteSecretFile(string path, string content)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        using (var stream = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        }))
        using (var writer = new StreamWriter(stream))
        {
            writer.Write(content);
        }

        File.Move(temporary, path, overwrite: true);
    }

    public void Dispose()
    {
        File.Delete(ManifestPath);
        File.Delete(HolderPath);
        _lock.Dispose();
    }

    private FileStream Hold()
    {
        FileStream held;
        try
        {
            held = new FileStream(System.IO.Path.Combine(Path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite,
                FileShare.None);
        }
        catch (IOException exception)
        {
            var holder = File.Exists(HolderPath) ? $" (process {File.ReadAllText(HolderPath).Trim()})" : "";
            throw new StackException($"The data folder {Path} is in use by another running stack{holder}. Stop that "
                + "one, or give this one a folder of its own: --data DIR.", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StackException($"The data folder {Path} belongs to another user: {exception.Message} "
                + "Choose another with --data DIR.", exception);
        }

        File.WriteAllText(HolderPath, Environment.ProcessId.ToString());
        return held;
    }
}
