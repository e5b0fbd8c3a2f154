namespace OrdersMcp.Tests.EndToEnd;

/// <summary>A data folder for one stack or several, one after another.</summary>
public sealed class TemporaryDataFolder : IDisposable
{
    /// <summary>The folder; a stack makes it.</summary>
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"ordersmcp-test-{Guid.NewGuid():N}");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
