using System.Diagnostics;

namespace OrdersMcp.Bench.Servers;

/// <summary>What a run works with: a temporary folder, and what it tells.</summary>
internal sealed class Workshop : IDisposable
{
    private readonly long _started = Stopwatch.GetTimestamp();

    public string Folder { get; } = Directory.CreateTempSubdirectory("ordersmcp-bench-").FullName;

    /// <summary>A line of progress, with the time since the start.</summary>
    public void Tell(string text) => Console.WriteLine($"[{Stopwatch.GetElapsedTime(_started).TotalSeconds,5:0} s] {text}");

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
