using OrdersMcp.AppHost.Embedded;
using OrdersMcp.AppHost.Embedded.Processes;
using OrdersMcp.AppHost.Embedded.Tools;

namespace OrdersMcp.Bench.Servers;

/// <summary>What a run works with: a temporary folder, the guardian of its processes, the installer of tools.</summary>
internal sealed class Workshop : IDisposable
{
    public Workshop()
    {
        Guardian = new Guardian(Path.Combine(Folder, "none"));
        Tools = new ToolInstaller(UserFolders.Cache, Guardian, Report, "Peers");
        OwnTools = new ToolInstaller(UserFolders.Cache, Guardian, Report);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("ordersmcp-bench-").FullName;

    public ConsoleReport Report { get; } = new();

    public Guardian Guardian { get; }

    /// <summary>Installs the peers.</summary>
    public ToolInstaller Tools { get; }

    /// <summary>Installs what the embedded stack has.</summary>
    public ToolInstaller OwnTools { get; }

    public void Dispose()
    {
        Guardian.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
