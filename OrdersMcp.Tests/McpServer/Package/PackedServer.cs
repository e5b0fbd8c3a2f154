using System.Diagnostics;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Package;

/// <summary>The server as a package of this build, in a folder that is the only package source, and as an installed tool.</summary>
public sealed class PackedServer : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("ordersmcp-package").FullName;

    /// <summary>The package file.</summary>
    public string File { get; private set; } = "";

    /// <summary>The folder with the package.</summary>
    public string Source => Path.Combine(_folder, "source");

    /// <summary>The program of the installed tool.</summary>
    public string Program => Path.Combine(_folder, "tool", "ordersmcp");

    /// <summary>The version in the file's name.</summary>
    public string Version => Path.GetFileNameWithoutExtension(File)["OrdersMcp.McpServer.".Length..];

    /// <summary>The test's own caches: those of the user would keep this version of the package.</summary>
    public Dictionary<string, string?> Environment => new(StringComparer.Ordinal)
    {
        ["NUGET_PACKAGES"] = Path.Combine(_folder, "packages"),
        ["DOTNET_CLI_HOME"] = _folder,
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
    };

    public async ValueTask InitializeAsync()
    {
        var tests = new DirectoryInfo(AppContext.BaseDirectory); // artifacts/bin/OrdersMcp.Tests/debug/ of the checkout
        var project = Path.Combine(tests.Parent!.Parent!.Parent!.Parent!.FullName, "OrdersMcp.McpServer");
        await RunAsync("pack", project, "--no-build", "--configuration", tests.Name, "--output", Source);
        File = Assert.Single(Directory.GetFiles(Source));
        await RunAsync(
            "tool", "install", "OrdersMcp.McpServer", "--version", Version, "--tool-path", Path.GetDirectoryName(Program)!, "--source", Source);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task RunAsync(params string[] command)
    {
        var start = new ProcessStartInfo("dotnet", command) { WorkingDirectory = _folder };
        foreach (var (name, value) in Environment.Where(_ => command[0] == "tool"))
        {
            start.Environment[name] = value;
        }

        var (exitCode, output, error) = await ProgramRun.RunAsync(start, Patience);
        Assert.True(exitCode == 0, output + error);
    }
}
