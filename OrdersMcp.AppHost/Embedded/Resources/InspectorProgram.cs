using OrdersMcp.AppHost.Embedded.Processes;
using OrdersMcp.AppHost.Embedded.Tools;

namespace OrdersMcp.AppHost.Embedded.Resources;

/// <summary>The MCP Inspector out of its pinned npm package, and a Node that can run it.</summary>
/// <param name="Node">The machine's own where it is new enough, else the pinned one.</param>
/// <param name="Script">The Inspector's launcher: <c>--web</c>, <c>--cli</c>.</param>
internal sealed record InspectorProgram(string Node, string Script)
{
    private static readonly Version RequiredNode = new(22, 19);

    /// <exception cref="ToolUnavailableException">It, or a Node for it, cannot be had on this machine.</exception>
    public static async Task<InspectorProgram> FindAsync(ToolInstaller tools, Guardian guardian, CancellationToken cancellation)
    {
        var folder = await tools.InstallAsync("inspector", (_, _) => Task.CompletedTask, cancellation);
        var node = await OwnNodeAsync(guardian, cancellation)
            ?? Path.Combine(await tools.InstallAsync("node", KeepBinaryAsync, cancellation), "node");
        return new InspectorProgram(node, Path.Combine(
            folder, "node_modules", "@modelcontextprotocol", "inspector", "clients", "launcher", "build", "index.js"));
    }

    private static async Task<string?> OwnNodeAsync(Guardian guardian, CancellationToken cancellation)
    {
        if (Executable.Find("node") is not { } node)
        {
            return null;
        }

        var (exitCode, output) = await Command.RunAsync(new Launch(node, "--version"), guardian, cancellation);
        return exitCode == 0 && output.Count > 0 && Version.TryParse(output[0].TrimStart('v'), out var version)
            && version >= RequiredNode
            ? node
            : null;
    }

    private static Task KeepBinaryAsync(string folder, CancellationToken cancellation)
    {
        var binary = Path.Combine(folder, "node_modules", Platform.Current.Node ?? "none", "bin", "node");
        if (!File.Exists(binary))
        {
            throw new ToolUnavailableException(
                $"The Inspector needs Node {RequiredNode} or newer, and there is no pinned one for {Platform.Current}. "
                + "Install it: https://nodejs.org");
        }

        // Two thirds of the package are headers and manuals.
        File.Move(binary, Path.Combine(folder, "node"));
        Directory.Delete(Path.Combine(folder, "node_modules"), recursive: true);
        return Task.CompletedTask;
    }
}
