namespace OrdersMcp.AppHost.Local;

/// <summary>
/// A lock file that one process holds at a time. The lock goes with the process, however that ends; who holds it stands
/// in a file beside it.
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

    /// <summary>Takes the lock, or says who has it.</summary>
    /// <param name="path">The lock file; its folder exists.</param>
    /// <param name="holder">The process that holds it, where that is known; empty where the lock was free.</param>
    /// <returns>The held lock; null where another process has it.</returns>
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
            return ""; // it is just being written, or the lock just let go of
        }
    }

    private static string HolderOf(string path) => $"{path}.holder";
}
