namespace OrdersMcp.AppHost.Local;

/// <summary>
/// A lock file that one process holds at a time. The lock ends with the process, however that ends. A file next to it names
/// the holder.
/// </summary>
public sealed class HeldFile : IDisposable
{
    private readonly string _holder;
    private readonly FileStream _lock;

    private HeldFile(string path, FileStream held)
    {
        (_holder, _lock) = (HolderOf(path), held);
        File.WriteAllText(_holder, $"{Environment.ProcessId}");
    }

    /// <summary>Takes the lock, or names its holder.</summary>
    /// <param name="path">The lock file, in an existing folder.</param>
    /// <param name="holder">The process that holds the lock, if known; otherwise empty.</param>
    /// <returns>The held lock, or null if another process holds it.</returns>
    /// <exception cref="UnauthorizedAccessException">The file belongs to another user.</exception>
    public static HeldFile? TryTake(string path, out string holder)
    {
        holder = "";
        try
        {
            return new HeldFile(path, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (File.Exists(path))
        {
            holder = ReadHolder(path);
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(_holder);
        _lock.Dispose();
    }

    private static string ReadHolder(string path)
    {
        try
        {
            return $" (process {File.ReadAllText(HolderOf(path)).Trim()})";
        }
        catch (IOException)
        {
            return ""; // the file is being written, or the lock was just released
        }
    }

    private static string HolderOf(string path) => $"{path}.holder";
}
