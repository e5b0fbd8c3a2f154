namespace OrdersMcp.Bench.Servers;

/// <summary>What a run works with: a temporary folder, and what it tells.</summary>
internal sealed class Workshop : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("ordersmcp-bench-").FullName;

    /// <summary>A line of progress.</summary>
    public void Tell(string text) => Console.WriteLine(text);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
