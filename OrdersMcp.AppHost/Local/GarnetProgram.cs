using System.Runtime.InteropServices;

namespace OrdersMcp.AppHost.Local;

/// <summary>Garnet, a server with the protocol of Redis: a .NET tool, installed once into the cache.</summary>
public static class GarnetProgram
{
    private const string Package = "garnet-server";
    private const string Version = "2.2.8";

    /// <summary>The .NET that runs this program, which need not be in a default location.</summary>
    public static string DotNet { get; } = Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "../../..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <param name="cache">The folder that keeps tools between runs.</param>
    /// <param name="say">Reports progress.</param>
    /// <param name="cancellation">Cancels the installation.</param>
    /// <returns>The program, for <see cref="DotNet"/>.</returns>
    /// <exception cref="StartException">It cannot be installed.</exception>
    public static async Task<string> FindAsync(string cache, Action<string> say, CancellationToken cancellation)
    {
        var folder = await new ToolFolder("garnet", cache).InstallAsync(Version, say, async work =>
        {
            say("Downloading Garnet, 116 MB");
            var tool = Path.Combine(work, "tool");
            await Programs.MustAsync(
                work, _ => { }, [DotNet, "tool", "install", Package, "--version", Version, "--tool-path", tool], cancellation);

            // Without the package itself, which is kept there twice.
            Directory.Move(Path.Combine(tool, ".store", Package, Version, Package, Version, "tools", "net10.0", "any"), Path.Combine(work, "server"));
            Directory.Delete(tool, recursive: true);
        }, cancellation);
        return Path.Combine(folder, "server", "GarnetServer.dll");
    }

    /// <summary>
    /// The arguments of a small server that keeps nothing. Scripts lock their keys: without that, two replicas could count at
    /// the same moment.
    /// </summary>
    public static IReadOnlyList<string> Arguments { get; } =
        ["--bind", "127.0.0.1", "--lua", "--lua-transaction-mode", "--memory", "64m", "--index", "1m", "-q"];
}
