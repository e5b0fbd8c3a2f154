using System.Diagnostics;
using OrdersMcp.Bench.Servers;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Chaos;

/// <summary>A file system of its own in memory, which can be filled up. Mounting it takes root.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    private string Filler => Path.Combine(Folder, "filler");

    public static async Task<SmallDisk?> MountAsync(Workshop workshop, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("ordersmcp-disk-").FullName;
        if (!Environment.IsPrivilegedProcess
            || (await ProgramRun.RunAsync(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=700m,mode=0755", "tmpfs", folder]), Patience)).ExitCode != 0)
        {
            workshop.Tell("No disk could be mounted, so none will be filled up.");
            Directory.Delete(folder);
            return null;
        }

        cancellation.ThrowIfCancellationRequested();
        return new SmallDisk(folder);
    }

    /// <summary>Writes until no byte is left.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[1024 * 1024];
        for (var size = block.Length; size > 0;)
        {
            try
            {
                filler.Write(block.AsSpan(0, size));
            }
            catch (IOException)
            {
                size /= 2;
            }
        }
    }

    public void Free() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        var (exitCode, _, error) = await ProgramRun.RunAsync(new ProcessStartInfo("umount", ["--lazy", Folder]), Patience);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"The disk {Folder} cannot be unmounted: {error}");
        }

        Directory.Delete(Folder);
    }
}
