namespace OrdersMcp.AppHost.Local;

/// <summary>The MCP Inspector from its pinned npm package, and a Node that can run it.</summary>
/// <param name="Node">The machine's Node if it is new enough, otherwise the pinned one.</param>
/// <param name="Script">The Inspector's launcher: <c>--web</c>, <c>--cli</c>.</param>
public sealed record InspectorProgram(string Node, string Script)
{
    private static readonly Version RequiredNode = new(22, 19);

    /// <param name="cache">The folder that keeps tools between runs.</param>
    /// <param name="say">Reports progress.</param>
    /// <param name="cancellation">Cancels the installation.</param>
    /// <exception cref="StartException">The Inspector, or a Node for it, cannot be installed on this machine.</exception>
    public static async Task<InspectorProgram> FindAsync(string cache, Action<string> say, CancellationToken cancellation)
    {
        var inspector = new NpmPackage("inspector", cache).InstallAsync(say, finish: null, cancellation);
        var node = FindNodeAsync(cache, say, cancellation);
        await Task.WhenAll(inspector, node);
        return new InspectorProgram(await node, Path.Combine(
            await inspector, "node_modules", "@modelcontextprotocol", "inspector", "clients", "launcher", "build", "index.js"));
    }

    private static async Task<string> FindNodeAsync(string cache, Action<string> say, CancellationToken cancellation)
    {
        if (Programs.Find("node") is { } own)
        {
            var (exitCode, output) = await Programs.RunAsync("/", _ => { }, [own, "--version"], cancellation);
            if (exitCode == 0 && output.Count > 0 && Version.TryParse(output[0].TrimStart('v'), out var version) && version >= RequiredNode)
            {
                return own;
            }
        }

        return Path.Combine(await new NpmPackage("node", cache).InstallAsync(say, KeepBinaryAsync, cancellation), "node");
    }

    private static Task KeepBinaryAsync(string folder)
    {
        var binary = Path.Combine(folder, "node_modules", Platform.Current.Node ?? "none", "bin", "node");
        if (!File.Exists(binary))
        {
            throw new StartException(
                $"The Inspector needs Node {RequiredNode} or newer, and there is no pinned one for {Platform.Current}. Install it: https://nodejs.org");
        }

        // Two thirds of the package are headers and manual pages.
        File.Move(binary, Path.Combine(folder, "node"));
        Directory.Delete(Path.Combine(folder, "node_modules"), recursive: true);
        return Task.CompletedTask;
    }
}
